import { challengeOf } from './proof';
import type { Proof } from './proof';

/** The parameters of a request for consent. */
export interface ConsentRequest {
  clientId: string;
  /** Separated by spaces. */
  scope: string | undefined;
  audience: string | undefined;
  /** Extra parameters that this server wants, such as `access_type=offline`. */
  parameters: Readonly<Record<string, string>>;
}

/** @returns the parameters that say what the consent is for, without the empty ones */
export function consentParameters({ scope, audience, parameters }: ConsentRequest): Record<string, string> {
  const given = { ...parameters, ...(scope && { scope }), ...(audience && { audience }) };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
}

/**
 * Makes the address that a user opens: RFC 6749 §4.1.1, with PKCE (RFC 7636 §4.3).
 *
 * @param endpoint may already have parameters. They stay (RFC 6749 §3.1), and win over `scope`, `audience` and extra parameters with the
 *   same name
 */
export function authorizationAddress(endpoint: string, request: ConsentRequest, proof: Proof, redirectUri: string): string {
  const url = new URL(endpoint);
  const { searchParams } = url;
  for (const [name, value] of Object.entries(consentParameters(request))) if (!searchParams.has(name)) searchParams.set(name, value);
  const ours = {
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: redirectUri,
    state: proof.state,
    code_challenge: challengeOf(proof),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(ours)) searchParams.set(name, value);
  return url.href;
}
