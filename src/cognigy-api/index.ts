import { AccessTokenError } from '../errors';
import { noAnswer } from '../http';
import type { HttpRequest, HttpResponse, Transport } from '../http';
import { readJsonObject } from '../json';
import type { JsonObject } from '../json';
import { apiBaseOf, COGNIGY_API } from '../settings/chain';
import { readSettings } from '../settings/setting';
import type { Entered, Values } from '../settings/setting';

/** Where the management API is, and which Function runs the chain. */
export type CognigyApi = Values<typeof COGNIGY_API>;

/**
 * Checks the settings of the management API.
 *
 * @returns them without surrounding white space, which is easily pasted along
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
  // A 200 with a web page, from a proxy or the platform's own user interface, means that nothing was started.
  if (typeof readJsonObject(data)?.['functionInstanceId'] === 'string') return;
  throw new AccessTokenError('trigger_failed', `The address answered HTTP ${status}, and not as the management API.`, { status });
}
