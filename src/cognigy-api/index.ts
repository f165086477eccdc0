import { AccessTokenError } from '../errors';
import { checkUrl, isTransportError } from '../http';
import type { HttpRequest, HttpResponse, Transport } from '../http';
import { readJsonObject } from '../json';
import type { JsonObject } from '../json';

/** Where the management API is, and which Function is the chain. */
export interface CognigyApi {
  /** The address without the path, such as https://api-trial.cognigy.ai. */
  apiUrl: string;
  apiKey: string;
  functionId: string;
}

/**
 * Checks the settings of the management API.
 *
 * @returns them without surrounding white space, which is easily pasted along
 * @throws AccessTokenError url_missing, url_malformed, insecure_url, cognigy_api_incomplete
 */
export function readCognigyApi(
  { apiUrl, apiKey, functionId }: { apiUrl?: unknown; apiKey?: unknown; functionId?: unknown },
  { allowInsecure = false }: { allowInsecure?: boolean | undefined } = {},
): CognigyApi {
  return {
    apiUrl: checkUrl(apiUrl, { field: 'apiUrl', allowInsecure }),
    apiKey: readText(apiKey, 'apiKey'),
    functionId: readText(functionId, 'functionId'),
  };
}

/** People also copy the address with the path of the version; the documentation of the platform shows it both ways. */
function baseOf(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/new(?:\/v\d[^/]*)?$/, '');
}

function readText(value: unknown, field: string): string {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text !== '') return text;
  throw new AccessTokenError('cognigy_api_incomplete', `The setting "${field}" is empty.`, { field });
}

/** `POST /new/v2.0/functions/{functionId}/trigger` of the management API. */
export function buildTriggerRequest({ apiUrl, apiKey, functionId }: CognigyApi, parameters: JsonObject): HttpRequest {
  return {
    method: 'POST',
    url: `${baseOf(apiUrl)}/new/v2.0/functions/${encodeURIComponent(functionId)}/trigger`,
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
    const reason = isTransportError(thrown) ? thrown.message : 'network';
    throw new AccessTokenError('trigger_failed', `The platform did not answer: ${reason}.`, { transient: true });
  }
  const { status, data } = response;
  if (status < 200 || status >= 300) throw new AccessTokenError('trigger_failed', `The platform answered HTTP ${status}.`, { status });
  // A page, of a proxy or of the platform's own user interface, has started nothing.
  if (typeof readJsonObject(data)?.['functionInstanceId'] === 'string') return;
  throw new AccessTokenError('trigger_failed', `The address answered HTTP ${status}, and not as the management API.`, { status });
}
