import { requireText, tidy, url } from './setting';
import type { ConfigKeys, ConnectionType, Reader } from './setting';

const readText: Reader<string> = (value, rule) => tidy(requireText(value, rule, 'cognigy_api_incomplete'));

/** The management API and the Function that refreshes in the background. */
export const COGNIGY_API = {
  /** The address without the path, such as https://api-trial.cognigy.ai. */
  apiUrl: url,
  apiKey: readText,
  functionId: readText,
} satisfies Record<string, Reader<unknown>>;

/** Lets nodes restart the background refresh. */
export const COGNIGY_API_CONNECTION = {
  type: 'cognigyApi',
  label: 'Cognigy API',
  deployed: { name: 'Cognigy API', where: 'apiKey' },
  fields: {
    apiUrl: { label: 'API URL', description: 'The base URL of the management API, without a path, such as https://api-trial.cognigy.ai' },
    apiKey: { label: 'API key', description: 'An API key of a user who may trigger Functions' },
    functionId: { label: 'Function ID', description: 'The ID of the Function that refreshes in the background' },
  },
} as const satisfies ConnectionType & { fields: Record<keyof typeof COGNIGY_API, unknown> };

/** @returns the base URL of the API, without a trailing slash or path `/new/v2.0` */
export function apiBaseOf(apiUrl: string): string {
  return apiUrl.replace(/\/+$/, '').replace(/\/new(?:\/v\d[^/]*)?$/, '');
}

/** Refuses the path `/new/v2.0`, because a file is easy to correct. */
const readBaseUrl: Reader<string | undefined> = (value, rule) => {
  const address = url(value, rule).replace(/\/+$/, '');
  return address === apiBaseOf(address) ? address : undefined;
};

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3600;

/** The Function's settings in both modes. */
export const CHAIN_KEYS = {
  apiUrl: {
    about: 'the base URL of the management API, such as https://api-trial.cognigy.ai',
    kind: 'url',
    read: readBaseUrl,
    must: 'must be the base URL of the API, without /new or /new/v2.0 at its end',
    required: true,
    vendorVariable: 'CAI_BASEURL',
    ask: { message: 'URL of the Cognigy API', placeholder: 'https://api-trial.cognigy.ai' },
  },
  apiKey: {
    about: 'an API key for it',
    read: readText,
    required: true,
    secret: true,
    vendorVariable: 'CAI_APIKEY',
    ask: { message: 'API key (My Profile > API Keys)', variable: 'COGNIGY_API_KEY' },
  },
  functionId: { about: "the Function's own ID; `deploy` finds it by itself", kind: { idOf: 'the Function' }, required: true },
  functionTimeLimitSeconds: { about: 'how long the platform lets an instance of the Function run', kind: { seconds: [1, DAY_SECONDS] }, fallback: 900 },
  functionBufferSeconds: { about: 'how long before that limit an instance stops sleeping', kind: { seconds: [1, HOUR_SECONDS] }, fallback: 5 },
  allowInsecure: { about: 'allows http to other hosts than this machine, in a trusted network', kind: 'flag' },
  refreshBy: {
    about: '`function` (default): the Function refreshes the tokens; `flow`: it wakes a Flow that does, and needs no `tokens`, `storeUrl` or `endpointSecret`',
    kind: { oneOf: ['function', 'flow'] },
  },
} as const satisfies ConfigKeys;
