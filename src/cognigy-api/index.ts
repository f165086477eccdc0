import { AccessTokenError } from '../errors';
import { noAnswer } from '../http';
import type { HttpRequest, HttpResponse, Transport } from '../http';
import { readJsonObject } from '../json';
import type { JsonObject } from '../json';
import { apiBaseOf, COGNIGY_API } from '../settings/chain';
import { readSettings } from '../settings/setting';
import type { Entered, Values } from '../settings/setting';

/** The management API, and the Function that runs the chain. */
export type CognigyApi = Values<typeof COGNIGY_API>;

/**
 * Checks the settings of the management API.
 *
 * @returns them without surrounding white space, which easily comes with pasting
 * @throws AccessTokenError url_missing, url_malformed, insecure_url, cognigy_api_incomplete
 */
export function readCognigyApi(
  settings: Entered<typeof COGNIGY_API>,
  { allowInsecure }: { allowInsecure?: boolean | undefined } = {},
): CognigyApi {
  return readSettings(settings, COGNIGY_API, allowInsecure);
}

/** `POST /new/v2.0/functions/{functionId}/trigger` of the management API. */
export function buildTriggerRequest({ apiUrl, apiKey, functionId }: CognigyApi, parameters: JsonObject): HttpRequest {
  return {
    method: 'POST',
    url: `${apiBaseOf(apiUrl)}/new/v2.0/functions/${encodeURIComponent(functionId)}/trigger`,
    headers: { accept: 'application/json', 'content-type': 'application/json', 'X-API-Key': apiKey },
    body: { parameters },
  };
}

/**
 * Triggers the Function.
 *
 * @param timeoutMs milliseconds
 * @throws AccessTokenError trigger_failed
 */
export async function triggerFunction(
  api: CognigyApi,
  parameters: JsonObject,
  transport: Transport,
  timeoutMs: number,
): Promise<void> {
  let response: HttpResponse;
  try {
    response = await transport(buildTriggerRequest(api, parameters), timeoutMs);
  } catch (thrown) {
    throw noAnswer('trigger_failed', 'The platform', thrown);
  }
  const { status, data } = response;
  if (status < 200 || status >= 300) throw new AccessTokenError('trigger_failed', `The platform answered HTTP ${status}.`, { status });
  // A page of a proxy or of the platform's user interface hasn't started anything.
  if (typeof readJsonObject(data)?.['functionInstanceId'] === 'string') return;
  throw new AccessTokenError('trigger_failed', `The address answered HTTP ${status}, and not as the management API.`, { status });
}
