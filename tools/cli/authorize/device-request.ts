import { isAccessTokenError } from '../../../src/errors';
import { checkUrl, noAnswer, writeForm } from '../../../src/http';
import type { HttpResponse, Transport } from '../../../src/http';
import { readJsonObject } from '../../../src/json';
import type { JsonObject } from '../../../src/json';
import type { TokenEndpointConfig } from '../../../src/oauth';
import { authenticationsFor } from '../../../src/oauth/client-authentication';
import type { ClientAuthentication } from '../../../src/oauth/client-authentication';
import { wordsOf } from '../../../src/oauth/refusal';
import { CliError } from '../cli-error';
import { consentParameters } from './authorization-request';
import type { ConsentRequest } from './authorization-request';
import { refusal } from './redirect';

/** The answer of the device authorization endpoint, RFC 8628 §3.2. */
export interface DeviceCode {
  /** A secret until it is exchanged. */
  deviceCode: string;
  userCode: string;
  verificationUri: string;
  /** The verification URI with the user code in it. */
  completeUri: string | undefined;
  expiresInSeconds: number;
  intervalSeconds: number;
  /** The name of the client authentication that the server accepted. */
  authentication: string;
}

const TIMEOUT_MS = 10_000;
const DEFAULT_INTERVAL_SECONDS = 5;
/** For a server that leaves out `expires_in`, which RFC 8628 §3.2 requires. */
const DEFAULT_LIFE_SECONDS = 600;

/**
 * Asks for a device code, RFC 8628 §3.1. If the settings don't fix the client authentication and the first one is refused, it tries the
 * second one.
 *
 * @throws CliError authorization_failed, authorization_denied; AccessTokenError token_endpoint_unreachable
 */
export async function requestDeviceCode(
  url: string,
  config: TokenEndpointConfig,
  request: ConsentRequest,
  { transport, allowInsecure }: { transport: Transport; allowInsecure: boolean },
): Promise<DeviceCode> {
  const [first, second] = authenticationsFor(config);
  const sent = await send(url, config, request, first, transport);
  const isRefused = sent.response.status === 401 || sent.body?.['error'] === 'invalid_client';
  const { response, body, authentication } = isRefused && second !== undefined ? await send(url, config, request, second, transport) : sent;
  if (response.status !== 200 || body === undefined) {
    const [error = `HTTP ${response.status}`, description] = wordsOf(body);
    throw refusal(error, description);
  }
  return { ...read(body, allowInsecure), authentication: authentication.name };
}

interface Sent {
  response: HttpResponse;
  body: JsonObject | undefined;
  authentication: ClientAuthentication;
}

async function send(
  url: string,
  config: TokenEndpointConfig,
  request: ConsentRequest,
  authentication: ClientAuthentication,
  transport: Transport,
): Promise<Sent> {
  const headers: Record<string, string> = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
  const parameters = { ...consentParameters(request), client_id: request.clientId };
  await authentication.authenticate(config, { headers, parameters }, {});
  try {
    const response = await transport({ method: 'POST', url, headers, body: writeForm(parameters) }, TIMEOUT_MS);
    return { response, body: readJsonObject(response.data), authentication };
  } catch (thrown) {
    throw noAnswer('token_endpoint_unreachable', 'The device authorization endpoint', thrown);
  }
}

function read(body: JsonObject, allowInsecure: boolean): Omit<DeviceCode, 'authentication'> {
  // An early draft and Google call it `verification_url`.
  const { device_code, user_code, verification_uri = body['verification_url'], verification_uri_complete, expires_in, interval } = body;
  if (typeof device_code !== 'string' || typeof user_code !== 'string') {
    throw new CliError('authorization_failed', 'The authorization server answered without a device code.');
  }
  return {
    deviceCode: device_code,
    userCode: user_code,
    verificationUri: shown(verification_uri, allowInsecure),
    completeUri: verification_uri_complete === undefined ? undefined : shown(verification_uri_complete, allowInsecure),
    expiresInSeconds: positive(expires_in) ?? DEFAULT_LIFE_SECONDS,
    intervalSeconds: positive(interval) ?? DEFAULT_INTERVAL_SECONDS,
  };
}

/** @returns an address that is safe to show and open */
function shown(address: unknown, allowInsecure: boolean): string {
  try {
    return checkUrl(address, { field: 'verification_uri', allowInsecure });
  } catch (error) {
    if (!isAccessTokenError(error)) throw error;
    throw new CliError('authorization_failed', `The authorization server names no usable address to enter the code at. ${error.message}`);
  }
}

function positive(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isFinite(number) && number > 0 ? number : undefined;
}
