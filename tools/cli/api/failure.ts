import { redact } from '../../../src/errors';
import { isObject } from '../../../src/json';
import { CliError } from '../cli-error';

import type { Strike } from './shape';

/** A failed request to the management API. It keeps only the request's verb and path. */
export class ApiFailure extends Error {
  constructor(
    /** Such as `PATCH /new/v2.0/functions/64…`. */
    readonly call: string,
    /** The HTTP status; `undefined` when there was no answer. */
    readonly status: number | undefined,
    /** The API's words or the system's error code, safe to show. */
    readonly detail: string,
    /** Whether the same request may succeed later. */
    readonly transient: boolean,
    /** The API does not want a retry before this: Unix milliseconds. */
    readonly retryAt?: number,
  ) {
    super(status === undefined ? `${call} was not answered (${detail})` : `${call} was answered with HTTP ${status}: ${detail}`);
    this.name = 'ApiFailure';
  }
}

const LONGEST_DETAIL = 300;
/** Only this many characters are looked at. */
const LONGEST_BODY = 10_000;

/**
 * Describes a failed answer by the title and detail in its body. Secrets are removed, because the API quotes what it was sent.
 */
export function describeAnswer(body: unknown, strike: Strike): string {
  const { title, detail } = isObject(body) ? body : {};
  const texts = [title, detail].filter((text): text is string => typeof text === 'string' && text.trim() !== '');
  return texts.length === 0 ? 'no explanation' : redact(strike([...new Set(texts)].join(': ').slice(0, LONGEST_BODY)), [], LONGEST_DETAIL);
}

/** @returns the error that ends the command */
export function toCliError(failure: ApiFailure): CliError {
  const { status, message } = failure;
  const details = { status };
  if (status === undefined) return new CliError('api_unreachable', `${message}.`, details);
  if (status === 401) return new CliError('api_key_refused', `The API key is refused. ${message}.`, details);
  if (status === 403) return new CliError('api_forbidden', `${message}.`, details);
  if (status < 400) return new CliError('api_not_an_api', `${message}.`, details);
  if (status === 413) return new CliError('request_too_large', `${message}. The API, or a proxy before it, takes no request of that size.`, details);
  if (failure.transient) return new CliError('api_unavailable', `${message}.${waitOf(failure)}`, details);
  return new CliError('api_refused', `${message}.`, details);
}

function waitOf({ retryAt }: ApiFailure): string {
  return retryAt === undefined ? '' : ` It asks to wait until ${new Date(retryAt).toISOString()}.`;
}
