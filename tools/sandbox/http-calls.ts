import type { HttpClientRequest } from './http-client';
import { isJsonObject, messageOf } from './json';

/** A call out of a VM: JSON leaves, and one of the two takes the JSON that comes back. */
export type SendCall = (
  argumentJson: string,
  resolve: (resultJson: string) => void,
  reject: (errorJson: string) => void,
) => void;

/** Source, run inside a VM: a method of `api` that makes such calls, whose promises and objects belong to the VM. */
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

/** The argument of `api.httpRequest` as a request. Throws Error for what is none. */
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

/** What a call rejects with: message and members of an error. */
export function errorJson(error: unknown): string {
  const members = typeof error === 'object' && error !== null ? { ...error } : {};
  return JSON.stringify({ ...members, message: messageOf(error) });
}
