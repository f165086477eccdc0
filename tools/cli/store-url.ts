export interface StoreUrlSettings {
  apiUrl?: unknown;
  storeUrl?: unknown;
  endpointBaseUrl?: unknown;
  endpointType?: unknown;
}

/**
 * Where the shared store answers: an explicit `storeUrl`, or else the URL of the Endpoint that was deployed. The
 * transformers of webhook and socket Endpoints answer at the inject URL.
 *
 * @returns `undefined` while the Endpoint, or the place where Endpoints answer, is not known
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
 * Where Endpoints answer. The vendor's installations have the management API and the Endpoints on two hosts, which
 * differ in their first word, such as api-trial.cognigy.ai and endpoint-trial.cognigy.ai. The API does not tell where.
 */
export function endpointBaseOf({ apiUrl, endpointBaseUrl }: StoreUrlSettings): string | undefined {
  if (typeof endpointBaseUrl === 'string') return endpointBaseUrl.replace(/\/+$/, '');
  const found = typeof apiUrl === 'string' ? /^(https?:\/\/)api(?=[-.])(.+)$/.exec(apiUrl) : null;
  return found === null ? undefined : `${found[1]}endpoint${found[2]}`;
}
