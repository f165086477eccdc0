import { requireText, tidy, url } from './setting';
import type { ConfigKeys, ConnectionType, Reader } from './setting';

const readText: Reader<string> = (value, rule) => tidy(requireText(value, rule, 'cognigy_api_incomplete'));

/** The management API, and the Function that runs the chain. */
export const COGNIGY_API = {
  /** The address without the path, such as https://api-trial.cognigy.ai. */
  apiUrl: url,
  apiKey: readText,
  functionId: readText,
} satisfies Record<string, Reader<unknown>>;

/** Lets nodes restart the background chain. */
export const COGNIGY_API_CONNECTION = {
  type: 'cognigyApi',
  label: 'Cognigy API',
  deployed: { name: 'Cognigy API', where: 'apiKey' },
  fields: {
    apiUrl: { label: 'API URL', description: 'The address of the management API without a path, such as https://api-trial.cognigy.ai' },
    apiKey: { label: 'API key', description: 'An API key of a user who may trigger Functions' },
    functionId: { label: 'Function ID', description: 'The id of the Function that runs the chain' },
  },
} as const satisfies ConnectionType & { fields: Record<keyof typeof COGNIGY_API, unknown> };

/** @returns the base URL of the API, without a slash or the path `/new/v2.0` at its end */
export function apiBaseOf(apiUrl: string): string {
  return apiUrl.replace(/\/+$/, '').replace(/\/new(?:\/v\d[^/]*)?$/, '');
}

/** Refuses the path `/new/v2.0`: in a file, its user can correct it at once. */
const readBaseUrl: Reader<string | undefined> = (value, rule) => {
  const address = url(value, rule).replace(/\/+$/, '');
  return address === apiBaseOf(address) ? address : undefined;
};

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3600;

/** The Function's settings in both modes. */
export const CHAIN_KEYS = {
  apiUrl: {
    about: 'the management API, such as https://api-trial.cognigy.ai',
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
  functionId: { about: "the Function's own id; `deploy` finds it itself", kind: { idOf: 'the Function' }, required: true },
  functionTimeLimitSeconds: { about: 'how long the platform lets an instance live', kind: { seconds: [1, DAY_SECONDS] }, fallback: 900 },
  functionBufferSeconds: { about: 'how much earlier a hop stops sleeping', kind: { seconds: [1, HOUR_SECONDS] }, fallback: 5 },
  allowInsecure: { about: 'http to hosts other than this machine, for a trusted network', kind: 'flag' },
  refreshBy: {
    about: '`function`, the default: the Function refreshes by itself; `flow`: it wakes a Flow that does, and needs no `tokens`, `storeUrl` and `endpointSecret`',
    kind: { oneOf: ['function', 'flow'] },
  },
} as const satisfies ConfigKeys;
