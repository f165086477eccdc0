import { timestampOf } from '../../lifetime';
import type { AssertionSettings } from '../../world';

/** What differs from assertion to assertion. */
export interface Occasion {
  /** Unix milliseconds. */
  now: number;
  /** New for every assertion. */
  jti: string;
}

/** RFC 7523 §3. Times are Unix seconds. */
export interface AssertionClaims {
  iss: string;
  sub?: string;
  aud: string;
  iat: number;
  exp: number;
  jti: string;
  scope?: string;
}

/**
 * Seconds. Many servers refuse an `iat` in their future, if only by one second; FAPI 2.0 lets them be that strict beyond 10 seconds.
 * Keycloak counts 60 seconds from `iat`, so it cannot lie far back.
 */
const ISSUED_BEFORE = 10;
/** Seconds. Salesforce refuses an end more than 3 minutes ahead: one minute is left for a clock that is fast here, two for a slow one. */
const VALID_FOR = 120;

/** The claims of an assertion, fresh for each attempt. */
export function assertionClaims(settings: Omit<AssertionSettings, 'privateKey'>, { now, jti }: Occasion): AssertionClaims {
  const { use, clientId, tokenUrl, subject, audience, scope, isServiceAccount } = settings;
  const isGrant = use === 'grant';
  // Google takes `sub` for a user whom the service account stands in for.
  const sub = isGrant ? (subject ?? (isServiceAccount ? undefined : clientId)) : clientId;
  const timestamp = timestampOf(now);
  return {
    iss: clientId,
    ...(sub && { sub }),
    aud: audience ?? tokenUrl,
    iat: timestamp - ISSUED_BEFORE,
    exp: timestamp + VALID_FOR,
    jti,
    // No RFC has it, but Google, DocuSign and NetSuite read the scope here only.
    ...(scope && { scope }),
  };
}
