import type { Request } from 'express';
import { badRequest } from '../api-error';

export interface UploadForm {
  /** The parts that are texts, by name. */
  texts: Record<string, string>;
  /** The part `file`; absent when there is none. */
  file?: Buffer;
}

/**
 * The parts of a multipart body that was read as bytes.
 * @throws ApiError 400 for a body that is none
 */
export async function readUploadForm(request: Request): Promise<UploadForm> {
  const body: unknown = request.body;
  const type = request.get('content-type') ?? '';
  if (!Buffer.isBuffer(body)) throw badRequest('the body must be multipart/form-data');
  let parts: FormData;
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- for servers on the net; this body is here already, and bounded
    parts = await new Response(body, { headers: { 'content-type': type } }).formData();
  } catch {
    throw badRequest("the multipart body can't be read");
  }
  const form: UploadForm = { texts: {} };
  for (const [name, part] of parts) {
    if (typeof part === 'string') form.texts[name] = part;
    else if (name === 'file') form.file = Buffer.from(await part.arrayBuffer());
  }
  return form;
}
