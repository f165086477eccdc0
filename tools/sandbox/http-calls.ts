import type { HttpClientRequest } from './http-client';
import { isJsonObject, messageOf } from './json';

/** A call out of a VM. JSON goes out, and one of the two callbacks gets the JSON that comes back. */
export type SendCall = (
  argumentJson: string,
  resolve: (resultJson: string) => void,
  reject: (errorJson: string) => void,
) => void;

/** Source that runs inside a VM: a method of `api` that makes such calls. Its promises and objects belong to the VM. */
export const API_METHOD = `(send) => (argument) => {
  const promise = new Promise((resolve, reject) => {
    send(
      JSON.stringify(argument === undefined ? null : argument),
      (json) => resolve(json === '' ? undefined : JSON.parse(json)),
      (json) => {
        const { message, ...members } = JSON.parse(json);
        reject(Object.assign(new Error(message), members));
      },
    );
  });
  // Code that ends without awaiting a call must not bring the sandbox down.
  promise.catch(() => undefined);
  return promise;
}`;

/** Turns the argument of `api.httpRequest` into a request. @throws Error if it isn't one */
export function toRequest(argument: unknown): HttpClientRequest {
  if (!isJsonObject(argument) || typeof argument.url !== 'string') {
    throw new Error('api.httpRequest needs {method, url, headers, data}');
  }
  return {
    method: typeof argument.method === 'string' ? argument.method : 'GET',
    url: argument.url,
    headers: isJsonObject(argument.headers) ? (argument.headers as Record<string, string>) : {},
    data: argument.data,
  };
}

/** The message and the members of an error as JSON, for a call to reject with. */
export function errorJson(error: unknown): string {
  const members = typeof error === 'object' && error !== null ? { ...error } : {};
  return JSON.stringify({ ...members, message: messageOf(error) });
}
