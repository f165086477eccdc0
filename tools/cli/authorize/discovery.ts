import { isAccessTokenError } from '../../../src/errors';
import { checkUrl, noAnswer } from '../../../src/http';
import type { HttpResponse, Transport } from '../../../src/http';
import { readJsonObject } from '../../../src/json';
import type { JsonObject } from '../../../src/json';
import { CliError } from '../cli-error';

/** The metadata of an authorization server, RFC 8414 §2. */
export interface ServerMetadata {
  issuer: string;
  authorizationUrl: string | undefined;
  deviceAuthorizationUrl: string | undefined;
  /** Whether the scope `offline_access` asks for a refresh token (OpenID Connect Core §11). */
  knowsOfflineAccess: boolean;
  /** Whether it puts its issuer into each redirect, RFC 9207 §3. */
  namesItself: boolean;
}

const TIMEOUT_MS = 10_000;

/** The addresses of the metadata, in the order in which they are tried: RFC 8414 §3.1, OpenID Connect Discovery §4.1. */
export function descriptionsOf(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [`${origin}/.well-known/oauth-authorization-server${path}`, `${origin}${path}/.well-known/openid-configuration`];
}

/**
 * Reads the metadata of an authorization server.
 *
 * @param issuer a URL that has been checked
 * @throws CliError server_not_described, issuer_not_matched
 */
export async function discover(issuer: string, { transport, allowInsecure }: { transport: Transport; allowInsecure: boolean }): Promise<ServerMetadata> {
  const tried: string[] = [];
  for (const url of descriptionsOf(issuer)) {
    const { members, problem } = await readDescription(url, transport);
    if (members !== undefined) return metadataOf(members, issuer, allowInsecure);
    tried.push(`${url} (${problem})`);
  }
  throw new CliError('server_not_described', `The authorization server has no usable description at ${tried.join(' or at ')}.`);
}

async function readDescription(url: string, transport: Transport): Promise<{ members?: JsonObject; problem: string }> {
  let response: HttpResponse;
  try {
    response = await transport({ method: 'GET', url, headers: { accept: 'application/json' }, body: '' }, TIMEOUT_MS);
  } catch (thrown) {
    return { problem: noAnswer('token_endpoint_unreachable', 'It', thrown).message.replace(/\.$/, '') };
  }
  const members = response.status === 200 ? readJsonObject(response.data) : undefined;
  if (members !== undefined && typeof members['issuer'] === 'string') return { members, problem: '' };
  return { problem: response.status === 200 ? 'no description' : `HTTP ${response.status}` };
}

function metadataOf(members: JsonObject, issuer: string, allowInsecure: boolean): ServerMetadata {
  const stated = String(members['issuer']);
  // RFC 8414 §3.3. A slash at the end of a bare origin makes no difference.
  if (!URL.canParse(stated) || new URL(stated).href !== new URL(issuer).href) {
    throw new CliError('issuer_not_matched', `The description of ${issuer} names another issuer: ${stated.slice(0, 200)}.`);
  }
  const address = (name: string): string | undefined => {
    const url = members[name];
    if (url === undefined || url === null) return undefined;
    try {
      return checkUrl(url, { field: name, allowInsecure });
    } catch (error) {
      if (!isAccessTokenError(error)) throw error;
      throw new CliError('server_not_described', `The description of ${issuer} can't be used. ${error.message}`);
    }
  };
  const scopes = members['scopes_supported'];
  return {
    issuer: stated,
    authorizationUrl: address('authorization_endpoint'),
    deviceAuthorizationUrl: address('device_authorization_endpoint'),
    knowsOfflineAccess: Array.isArray(scopes) && scopes.includes('offline_access'),
    namesItself: members['authorization_response_iss_parameter_supported'] === true,
  };
}
