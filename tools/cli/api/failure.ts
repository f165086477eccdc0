import { redact } from '../../../src/errors';
import { isObject } from '../../../src/json';
import { CliError } from '../cli-error';

import type { Strike } from './shape';

/** A failed request to the management API. It holds only the verb and the path of the request. */
export class ApiFailure extends Error {
  constructor(
    /** Such as `PATCH /new/v2.0/functions/64…`. */
    readonly call: string,
    /** The HTTP status; `undefined` if there was no answer. */
    readonly status: number | undefined,
    /** The API's explanation, or the system's error code. Safe to show. */
    readonly detail: string,
    /** Whether the same request may succeed later. */
    readonly transient: boolean,
    /** The API asks for no retry before this time, Unix milliseconds. */
    readonly retryAt?: number,
  ) {
    super(status === undefined ? `${call} was not answered (${detail})` : `${call} was answered with HTTP ${status}: ${detail}`);
    this.name = 'ApiFailure';
  }
}

const LONGEST_DETAIL = 300;
/** The rest of a longer body is ignored; characters. */
const LONGEST_BODY = 10_000;

/**
 * Describes a failed answer with the title and the detail from its body. Secrets are struck out, because the API quotes its input.
 */
export function describeAnswer(body: unknown, strike: Strike): string {
  const { title, detail } = isObject(body) ? body : {};
  const texts = [title, detail].filter((text): text is string => typeof text === 'string' && text.trim() !== '');
  return texts.length === 0 ? 'no explanation' : redact(strike([...new Set(texts)].join(': ').slice(0, LONGEST_BODY)), [], LONGEST_DETAIL);
}

/** @returns the error that the command ends with */
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
