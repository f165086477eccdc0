import { AccessTokenError } from '../errors';
import { writeForm } from '../http';
import { isObject, parseJson } from '../json';
import type { JsonObject } from '../json';
import type { RequestSettings } from '../settings/request';

/** A body as it is sent. */
export interface WrittenBody {
  text: string;
  /** Its media type, unless the user sets one. */
  type: string;
}

type BodyType = RequestSettings['bodyType'];

const WRITERS: Readonly<Record<BodyType, (body: unknown) => WrittenBody>> = {
  json: (body) => ({ text: writeJson(body), type: 'application/json' }),
  form: (body) => ({ text: writeForm(readFields(body)), type: 'application/x-www-form-urlencoded' }),
  text: (body) => ({ text: typeof body === 'string' ? body : JSON.stringify(body), type: 'text/plain; charset=utf-8' }),
};

/**
 * Writes the body of a request.
 *
 * @returns `undefined` for no body; GET and HEAD never have one (RFC 9110 §9.3.1)
 * @throws AccessTokenError request_invalid if the body isn't of the chosen type
 */
export function bodyOf({ method, bodyType, body, bodyText }: Pick<RequestSettings, 'method' | 'bodyType' | 'body' | 'bodyText'>): WrittenBody | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  // The editor has a separate field for text, and keeps the other field's value.
  const entered = bodyType === 'text' && !isBlank(bodyText) ? bodyText : body;
  return isBlank(entered) ? undefined : WRITERS[bodyType](entered);
}

function isBlank(body: unknown): boolean {
  return body === undefined || body === null || (typeof body === 'string' && body.trim() === '');
}

/** Text stays as it was entered, because its numbers may exceed JavaScript's range. */
function writeJson(body: unknown): string {
  if (typeof body !== 'string') return JSON.stringify(body);
  if (parseJson(body) === undefined) throw invalid('is not JSON: a quotation mark or a line break that a user typed may have ended a text in it');
  return body;
}

/** Reads the fields of a form: an object, its JSON, or one `name=value` per line. Values are encoded later. */
function readFields(body: unknown): Record<string, string> {
  const fields = typeof body === 'string' ? (parseJson(body) ?? fieldsOfLines(body)) : body;
  if (!isObject(fields)) throw invalid('is neither an object nor one name=value a line');
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => fieldOf(name, value)));
}

function fieldsOfLines(text: string): JsonObject {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line, index) => {
      const [, name, value] = /^\s*([^=\s][^=]*)=([^]*)$/.exec(line) ?? [];
      // The line may hold a secret, so the message doesn't repeat it.
      if (name === undefined || value === undefined) throw invalid(`is not name=value in line ${index + 1}`);
      return [name, value];
    }),
  );
}

function fieldOf(name: string, value: unknown): [string, string][] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') throw invalid(`has more than a text in "${name}", which a form can't have`);
  return [[name, String(value)]];
}

function invalid(why: string): AccessTokenError {
  return new AccessTokenError('request_invalid', `"body" ${why}.`, { field: 'body' });
}
