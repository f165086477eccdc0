import { AccessTokenError } from '../errors';
import { isTimestamp } from '../lifetime';
import { parseRecord } from '../stores/protocol/parse-message';
import { withoutPasting } from './setting';
import type { ConfigKeys, Reader } from './setting';

const SHORT_SECRET = 16;

/** A token response. Its timestamp has a key of its own, so any value does here. */
const readStoredToken: Reader<unknown> = (value, rule) => {
  const record = parseRecord({ token: value, timestamp: 0 });
  if (!('field' in record)) return value;
  const culprit = record.field === 'token' ? '' : `: its ${record.field.replace('token.', '')} is missing or wrong`;
  const message = `must be the answer of a token endpoint, with an access_token and expires_in${culprit}`;
  throw new AccessTokenError('configuration_invalid', message, rule);
};

/** The secret members of a token response. */
export const SECRET_MEMBERS = ['access_token', 'refresh_token'] as const;

const INITIAL_TOKEN_KEYS = {
  token: { kind: 'any', read: readStoredToken, required: true },
  timestamp: {
    kind: 'number',
    read: (value) => (isTimestamp(value) ? value : undefined),
    must: 'must be a time in Unix seconds (not milliseconds)',
    required: true,
  },
} as const satisfies ConfigKeys;

const warnOfShortSecret = (secret: string): string | undefined =>
  secret.length < SHORT_SECRET
    ? `has fewer than ${SHORT_SECRET} characters; anyone who guesses it can read and replace every token`
    : undefined;

/** The transformer's settings. They include the Endpoint's secret, but no client secret. */
export const STORE_KEYS = {
  endpointSecret: {
    about: 'gives access to the store, and encrypts what is in it',
    kind: 'text',
    // Read as the nodes read it, so that both get the same secret.
    read: (value) => withoutPasting(String(value)) || undefined,
    must: 'must not be empty',
    warn: warnOfShortSecret,
    required: true,
    secret: true,
  },
  previousEndpointSecret: {
    about: 'the secret before a change: the store still accepts it, and still decrypts tokens with it',
    warn: warnOfShortSecret,
    secret: true,
  },
  initialTokens: { about: 'tokens to start with, by name: `{token: {…}, timestamp: <Unix seconds>}`', kind: { byTokenName: INITIAL_TOKEN_KEYS } },
} as const satisfies ConfigKeys;
