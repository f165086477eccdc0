import type { Request } from 'express';
import { badRequest } from '../api-error';

export interface UploadForm {
  /** The text parts, by name. */
  texts: Record<string, string>;
  /** The part `file`, if there is one. */
  file?: Buffer;
}

/**
 * Reads the parts of a multipart body from its bytes.
 * @throws ApiError 400 if it is not a multipart body
 */
export async function readUploadForm(request: Request): Promise<UploadForm> {
  const body: unknown = request.body;
  const type = request.get('content-type') ?? '';
  if (!Buffer.isBuffer(body)) throw badRequest('the body must be multipart/form-data');
  let parts: FormData;
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated for use in servers; this body is in memory and bounded
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
