import { redact } from '../../../src/errors';
import { CliError } from '../cli-error';
import { isSame } from './proof';

/** What the redirect must match. */
export interface Expected {
  state: string;
  /** The issuer from the server's metadata, if known. */
  issuer: string | undefined;
  /** Whether the metadata promises an `iss` in each redirect. */
  namesItself: boolean;
}

/** Whether the parameters are an answer to an authorization request. Anything else is ignored. */
export function isAnswer(parameters: URLSearchParams): boolean {
  return ['code', 'error'].some((name) => parameters.has(name));
}

/**
 * Reads the answer to an authorization request: RFC 6749 §4.1.2 and §4.1.2.1, `iss` of RFC 9207 §2.4.
 *
 * @returns the code
 * @throws CliError redirect_not_ours, authorization_denied, authorization_failed
 */
export function codeOf(parameters: URLSearchParams, { state, issuer, namesItself }: Expected): string {
  const repeated = ['code', 'error', 'state', 'iss'].find((name) => parameters.getAll(name).length > 1);
  if (repeated !== undefined) throw new CliError('redirect_not_ours', `The redirect has the parameter "${repeated}" more than once.`);
  if (!isSame(parameters.get('state') ?? '', state)) {
    throw new CliError('redirect_not_ours', 'The redirect is not the answer to this request: its state differs.');
  }
  const iss = parameters.get('iss');
  if (issuer !== undefined && (iss === null ? namesItself : iss !== issuer)) {
    const what = iss === null ? 'names no authorization server' : 'comes from another authorization server';
    throw new CliError('redirect_not_ours', `The redirect ${what}; it must be ${issuer}.`);
  }
  const error = parameters.get('error');
  if (error !== null) throw refusal(error, parameters.get('error_description'));
  const code = parameters.get('code');
  if (!code) throw new CliError('authorization_failed', 'The redirect contains no code.');
  return code;
}

/** Makes an error for the user from an authorization server's error. */
export function refusal(error: string, description: string | null | undefined): CliError {
  const words = [error, description].filter(Boolean).map((text) => redact(String(text), []));
  const said = words.join(': ');
  if (error === 'access_denied') return new CliError('authorization_denied', `The consent was denied (${said}).`);
  return new CliError('authorization_failed', `The authorization server answered ${said}.`);
}
