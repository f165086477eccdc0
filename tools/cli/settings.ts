import { CHAIN_KEYS } from '../../src/settings/chain';
import type { ConfigKey, ConfigKeys, Reader } from '../../src/settings/setting';
import { STORE_KEYS } from '../../src/settings/store';
import { REDIS_KEYS } from '../../src/settings/stores/redis';
import { CONSENT_KEYS, TOKEN_KEYS } from '../../src/settings/token-keys';

const { endpointSecret } = STORE_KEYS;

/** The settings of a Function that refreshes by itself. */
const REFRESH_BY_FUNCTION = {
  tokens: { about: 'the tokens that the chain keeps, see below', kind: { tokens: TOKEN_KEYS }, required: true },
  storeUrl: {
    about: 'the URL of the Endpoint with the transformer, whose `endpointSecret` (above) is required here too; `deploy` finds the URL itself',
    kind: 'url',
    required: true,
  },
  endpointSecret,
  alertUrl: {
    about: 'where the chain posts a JSON message, such as the webhook of a chat, when a token is refused or ends unrefreshed, and when it is well again. Anybody who knows it can post there, so it is a secret. Not with `refreshBy: flow`',
    kind: 'url',
    example: 'https://hooks.example.com/services/T0/B0/abc',
    secret: true,
  },
  ...CHAIN_KEYS,
} as const satisfies ConfigKeys;

/** The settings of a Function that only triggers a Flow. It holds no client secret and no store secret. */
const REFRESH_BY_FLOW = {
  refreshFlowUrl: {
    about: 'the REST Endpoint of the Flow that refreshes; with `refreshBy: flow` only',
    kind: 'url',
    required: true,
    ask: { message: 'URL of the REST Endpoint whose Flow runs Refresh If Expiring' },
  },
  ...CHAIN_KEYS,
} as const satisfies ConfigKeys;

/** @returns the Function's settings, which depend on `refreshBy` */
export function functionSettings({ refreshBy }: Record<string, unknown>): ConfigKeys {
  return refreshBy === 'flow' ? REFRESH_BY_FLOW : REFRESH_BY_FUNCTION;
}

/** The name of a resource in the project. The platform allows at most 200 characters. */
const readName: Reader<string | undefined> = (value) => {
  const name = String(value).trim();
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return /^[^\u0000-\u001f\u007f]{1,200}$/.test(name) ? name : undefined;
};

const name = (about: string, fallback: string) => ({
  about,
  fallback,
  kind: 'name' as const,
  read: readName,
  must: 'must be a name of 1 to 200 characters, none of them a control character',
});

const NAMES = {
  function: name("the Function's name", 'Access Token'),
  endpoint: name("the Endpoint's name", 'Access Token Store'),
  connections: name("what the connections' names begin with", 'Access Token'),
} satisfies ConfigKeys;

/** Where the resources are, and their names. */
const PLACE = {
  projectId: {
    about: "the project's id: after `/project/` in the browser's address",
    kind: { idOf: 'the project' },
    required: true,
    vendorVariable: 'CAI_AGENT',
    ask: { message: 'Project id (in the address of the project in your browser)' },
  },
  names: {
    about: 'what things are called, see below',
    kind: { members: NAMES },
    fallback: Object.fromEntries(Object.entries(NAMES).map(([key, { fallback }]) => [key, fallback])),
  },
  endpointType: { about: '`rest`, `webhook` or `socket`', kind: { oneOf: ['rest', 'webhook', 'socket'] }, fallback: 'rest' },
  endpointId: { about: 'an Endpoint that exists already', kind: { idOf: 'the Endpoint' } },
  flowId: { about: 'the Flow of the new Endpoint (id or referenceId); without it an empty one is made', kind: { idOf: 'the Flow' } },
  endpointBaseUrl: {
    about: "where Endpoints answer, where that can't be told from `apiUrl` (`api…` becomes `endpoint…`)",
    kind: 'url',
    read: (value) => String(value).replace(/\/+$/, ''),
    ask: { message: 'Where do Endpoints answer? (an Endpoint URL without its last part)' },
  },
} as const satisfies ConfigKeys;

/** Every key at the top of a configuration file. */
export const ALL_SETTINGS = { ...REFRESH_BY_FUNCTION, ...REFRESH_BY_FLOW, ...STORE_KEYS, ...REDIS_KEYS, ...PLACE } as const;

export { STORE_KEYS as TRANSFORMER_SETTINGS } from '../../src/settings/store';

/** @returns these settings, all optional */
export function optional(...names: (keyof typeof ALL_SETTINGS)[]): ConfigKeys {
  return Object.fromEntries(names.map((key) => [key, withoutNeed(ALL_SETTINGS[key])]));
}

export function withoutNeed({ required: _, ...key }: ConfigKey): ConfigKey {
  return key;
}

/**
 * `deploy` needs the settings of the Function and the transformer, except for the ones it finds out itself. If a Flow refreshes, `tokens`
 * is only used for connections, and the store may be Redis.
 */
export function deploySettings(content: Record<string, unknown>): ConfigKeys {
  const needless = content['refreshBy'] === 'flow' ? optional('tokens', 'endpointSecret') : {};
  return { ...PLACE, ...STORE_KEYS, ...functionSettings(content), ...needless, ...optional('storeUrl', 'functionId') };
}

/** `undeploy` only needs to know where the resources are and how to reach the API. */
export const UNDEPLOY_SETTINGS: ConfigKeys = {
  ...PLACE,
  apiUrl: CHAIN_KEYS.apiUrl,
  apiKey: CHAIN_KEYS.apiKey,
  ...optional('allowInsecure', 'storeUrl', 'functionId'),
};

/** @returns the nested groups of keys */
function inside(keys: ConfigKeys): [title: string, keys: ConfigKeys][] {
  return Object.entries(keys).flatMap(([key, { kind }]) => {
    if (typeof kind !== 'object') return [];
    if ('members' in kind) return [[`In \`${key}\``, kind.members], ...inside(kind.members)];
    return 'tokens' in kind ? [[`In each of \`${key}\``, kind.tokens], ...inside(kind.tokens)] : [];
  });
}

/** All keys in groups, with the titles of docs/reference/configuration.md. */
export const SETTINGS_BY_USE: Readonly<Record<string, ConfigKeys>> = {
  'In the transformer': STORE_KEYS,
  'In the Function': { ...REFRESH_BY_FUNCTION, ...REFRESH_BY_FLOW },
  'For deploy': PLACE,
  ...Object.fromEntries([...inside(PLACE), ...inside(REFRESH_BY_FUNCTION)]),
  'For authorize and status': REDIS_KEYS,
  'For authorize, in each of `tokens`': CONSENT_KEYS,
};
