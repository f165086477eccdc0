import { AccessTokenError } from '../errors';
import { checkUrl, isTransportError } from '../http';
import type { HttpRequest, JsonObject, Transport } from '../http';

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

function readText(value: unknown, field: string): string {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text !== '') return text;
  throw new AccessTokenError('cognigy_api_incomplete', `The setting "${field}" is empty.`, { field });
}

/** `POST /new/v2.0/functions/{functionId}/trigger` of the management API. */
export function buildTriggerRequest({ apiUrl, apiKey, functionId }: CognigyApi, parameters: JsonObject): HttpRequest {
  return {
    method: 'POST',
    url: `${apiUrl.replace(/\/+$/, '')}/new/v2.0/functions/${encodeURIComponent(functionId)}/trigger`,
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
  let status: number;
  try {
    ({ status } = await transport(buildTriggerRequest(api, parameters), timeoutMs));
  } catch (thrown) {
    const reason = isTransportError(thrown) ? thrown.message : 'network';
    throw new AccessTokenError('trigger_failed', `The platform did not answer: ${reason}.`, { transient: true });
  }
  if (status >= 200 && status < 300) return;
  throw new AccessTokenError('trigger_failed', `The platform answered HTTP ${status}.`, { status });
}
