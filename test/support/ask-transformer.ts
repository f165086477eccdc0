import type { HttpClientResponse, Transformer } from '../../tools/sandbox';

/** A JSON answer, as the sandbox's HTTP client returns it. */
export function jsonResponse(status: number, data: unknown): HttpClientResponse {
  return { status, statusText: '', headers: { 'Content-Type': 'application/json' }, data };
}

/** Lets a transformer answer a message to its REST Endpoint. If it passes the message on, an empty Flow answers. */
export async function askTransformer(transformer: Pick<Transformer, 'run'>, body: unknown): Promise<HttpClientResponse> {
  let status = 200;
  let sent: unknown;
  const response = {
    status: (code: number) => {
      status = code;
      return response;
    },
    set: () => response,
    json: (value: unknown) => void (sent = JSON.parse(JSON.stringify(value))),
  };
  const returned = await transformer.run('handleInput', { request: { body }, response });
  return returned === null ? jsonResponse(status, sent) : jsonResponse(200, { text: '', data: {}, outputStack: [] });
}
