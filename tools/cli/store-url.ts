export interface StoreUrlSettings {
  apiUrl?: unknown;
  storeUrl?: unknown;
  endpointBaseUrl?: unknown;
  endpointType?: unknown;
}

/**
 * The URL of the shared store: an explicit `storeUrl`, or else the URL of the deployed Endpoint. The
 * transformers of webhook and socket Endpoints answer at the inject URL.
 *
 * @returns `undefined` if the Endpoint, or the base URL of Endpoints, is not known yet
 */
export function storeUrlOf(settings: StoreUrlSettings, { urlToken }: { urlToken?: string | undefined }): string | undefined {
  if (typeof settings.storeUrl === 'string') return settings.storeUrl;
  const base = endpointBaseOf(settings);
  if (urlToken === undefined || base === undefined) return undefined;
  return settings.endpointType === 'webhook' || settings.endpointType === 'socket'
    ? `${base}/inject/${urlToken}`
    : `${base}/${urlToken}`;
}

/**
 * The base URL of Endpoints. The API does not tell it. In Cognigy's own installations it follows from the API's host, which differs only
 * in its first word: api-trial.cognigy.ai and endpoint-trial.cognigy.ai.
 */
export function endpointBaseOf({ apiUrl, endpointBaseUrl }: StoreUrlSettings): string | undefined {
  if (typeof endpointBaseUrl === 'string') return endpointBaseUrl.replace(/\/+$/, '');
  const found = typeof apiUrl === 'string' ? /^(https?:\/\/)api(?=[-.])(.+)$/.exec(apiUrl) : null;
  return found === null ? undefined : `${found[1]}endpoint${found[2]}`;
}
