import { memberPath } from './problems';
import { isObject, kindOf, Mismatch, readObject, readValue } from './read-object';
import type { Context, Reader, Settings } from './read-object';
import {
  apiUrl,
  endpointSecret,
  extraParameters,
  flag,
  idOf,
  numberBetween,
  oneOf,
  optionalText,
  refreshPercent,
  resourceName,
  storedToken,
  text,
  timestamp,
  tokenName,
  url,
} from './readers';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const LONGEST_LIFETIME_SECONDS = 3650 * DAY_SECONDS;

const TOKEN_SETTINGS: Settings = {
  tokenName: { read: tokenName, fallback: 'accessToken', about: 'the name under which it is kept' },
  tokenUrl: { read: url, required: true, about: 'the token endpoint of the authorization server' },
  clientId: { read: text, required: true, about: 'as the authorization server shows it' },
  clientSecret: { read: text, required: true, about: 'belongs to the client ID' },
  clientAuthentication: {
    read: oneOf('client_secret_basic', 'client_secret_post'),
    fallback: 'client_secret_basic',
    about: '`client_secret_basic` or `client_secret_post` (RFC 6749 §2.3.1)',
  },
  scope: { read: optionalText, about: 'what the token may be used for; several are separated by spaces' },
  audience: { read: optionalText, about: 'the API the token is for, where the authorization server asks for it' },
  refreshToken: { read: optionalText, about: 'the first one, for a store that has no record of the token yet' },
  extraParameters: { read: extraParameters, about: 'further parameters of the token request: `key=value` pairs, or an object' },
  refreshPercent: { read: refreshPercent, fallback: 90, about: 'when the token is refreshed, in percent of its lifetime, 1 to 99' },
  defaultLifetimeSeconds: { read: numberBetween(1, LONGEST_LIFETIME_SECONDS, 'seconds'), about: 'used when neither the answer nor the token says how long it lives' },
};

const INITIAL_TOKEN_SETTINGS: Settings = {
  token: { read: storedToken, required: true },
  timestamp: { read: timestamp, required: true },
};

const tokens: Reader = (value, context) => {
  if (!Array.isArray(value) || value.length === 0) throw new Mismatch('must be a list of at least one token');
  const read = value.map((entry: unknown, index) =>
    readObject(entry, TOKEN_SETTINGS, { ...context, path: memberPath(context.path, index) }),
  );
  read.forEach((token, index) => {
    reportSameName(token, read.slice(0, index), context);
    reportRepeatedParameters(token, { ...context, path: memberPath(context.path, index) });
  });
  return read;
};

function reportSameName(
  token: Record<string, unknown>,
  earlier: Record<string, unknown>[],
  { path, problems }: Context,
): void {
  const same = earlier.findIndex((other) => other['tokenName'] === token['tokenName']);
  if (same < 0 || token['tokenName'] === undefined) return;
  const message = `is the same as that of ${memberPath(path, same)}: every token needs a name of its own`;
  problems.push({ path: memberPath(memberPath(path, earlier.length), 'tokenName'), message });
}

function reportRepeatedParameters(token: Record<string, unknown>, { path, problems }: Context): void {
  const extra = token['extraParameters'];
  for (const key of ['scope', 'audience']) {
    if (token[key] === undefined || !isObject(extra) || extra[key] === undefined) continue;
    problems.push({ path: memberPath(path, 'extraParameters'), message: `must not repeat "${key}"` });
  }
}

const initialTokens: Reader = (value, context) => {
  if (!isObject(value)) throw new Mismatch(`must be an object with a member for each token name, not ${kindOf(value)}`);
  const entries = Object.entries(value).map(([name, entry]): [string, unknown] => {
    const inside = { ...context, path: memberPath(context.path, name) };
    readValue(name, inside, tokenName);
    return [name, readObject(entry, INITIAL_TOKEN_SETTINGS, inside)];
  });
  return Object.fromEntries(entries);
};

/** What goes into the transformers: the Endpoint's own secret, and nothing that belongs to a client. */
export const TRANSFORMER_SETTINGS: Settings = {
  endpointSecret: { read: endpointSecret, required: true, about: 'lets into the store, and encrypts what lies in it' },
  previousEndpointSecret: { read: endpointSecret, about: 'the secret from before a change: still let in, and stored tokens are still readable' },
  initialTokens: { read: initialTokens, about: 'tokens to start from, by name: `{token: {…}, timestamp: <Unix seconds>}`' },
};

const CHAIN_SETTINGS: Settings = {
  apiUrl: { read: apiUrl, required: true, about: 'the management API, such as https://api-trial.cognigy.ai' },
  apiKey: { read: text, required: true, about: 'an API key for it' },
  functionId: { read: idOf('the Function'), required: true, about: "the Function's own id; `deploy` finds it itself" },
  functionTimeLimitSeconds: { read: numberBetween(1, DAY_SECONDS, 'seconds'), fallback: 900, about: 'how long the platform lets an instance live' },
  functionBufferSeconds: { read: numberBetween(1, HOUR_SECONDS, 'seconds'), fallback: 5, about: 'how much earlier a hop stops sleeping' },
  allowInsecure: { read: flag, about: 'http to hosts other than this machine, for a trusted network' },
  refreshBy: { read: oneOf('function', 'flow'), about: '`function`, the default: the Function refreshes by itself; `flow`: it wakes a Flow that does, and needs no `tokens`, `storeUrl` and `endpointSecret`' },
};

/** What goes into a Function that refreshes by itself. */
const REFRESH_BY_FUNCTION: Settings = {
  tokens: { read: tokens, required: true, about: 'the tokens that the chain keeps, see below' },
  storeUrl: { read: url, required: true, about: 'the URL of the Endpoint with the transformer, whose `endpointSecret` (above) is required here too; `deploy` finds the URL itself' },
  endpointSecret: { read: endpointSecret, required: true },
  ...CHAIN_SETTINGS,
};

/** What goes into a Function that wakes a Flow: no client's secret, and not the store's. */
const REFRESH_BY_FLOW: Settings = {
  refreshFlowUrl: { read: url, required: true, about: 'the REST Endpoint of the Flow that refreshes; with `refreshBy: flow` only' },
  ...CHAIN_SETTINGS,
};

/** What goes into the Function, which depends on who refreshes. */
export function functionSettings({ refreshBy }: Record<string, unknown>): Settings {
  return refreshBy === 'flow' ? REFRESH_BY_FLOW : REFRESH_BY_FUNCTION;
}

const NAMES_SETTINGS: Settings = {
  function: { read: resourceName, fallback: 'Access Token', about: "the Function's name" },
  endpoint: { read: resourceName, fallback: 'Access Token Store', about: "the Endpoint's name" },
  connections: { read: resourceName, fallback: 'Access Token', about: "what the connections' names begin with" },
};

const names: Reader = (value, context) => readObject(value, NAMES_SETTINGS, context);

/** Where things are put, and what they are called. */
const PLACE_SETTINGS: Settings = {
  projectId: { read: idOf('the project'), required: true, about: "the project's id: after `/project/` in the browser's address" },
  names: {
    read: names,
    about: 'what things are called, see below',
    fallback: Object.fromEntries(Object.entries(NAMES_SETTINGS).map(([key, { fallback }]) => [key, fallback])),
  },
  endpointType: { read: oneOf('rest', 'webhook', 'socket'), fallback: 'rest', about: '`rest`, `webhook` or `socket`' },
  endpointId: { read: idOf('the Endpoint'), about: 'an Endpoint that exists already' },
  flowId: { read: idOf('the Flow'), about: 'the Flow of the new Endpoint (id or referenceId); without it an empty one is made' },
  endpointBaseUrl: { read: url, about: "where Endpoints answer, where that can't be told from `apiUrl` (`api…` becomes `endpoint…`)" },
};

/**
 * What `deploy` needs: everything that goes into the Function and the transformer, but for what it finds out itself.
 * With a Flow that refreshes, tokens are for connections only, and there need not be a store behind an Endpoint.
 */
export function deploySettings(content: Record<string, unknown>): Settings {
  const byFlow = content['refreshBy'] === 'flow';
  return {
    ...PLACE_SETTINGS,
    ...TRANSFORMER_SETTINGS,
    ...functionSettings(content),
    tokens: byFlow ? { read: tokens } : { read: tokens, required: true },
    endpointSecret: byFlow ? { read: endpointSecret } : { read: endpointSecret, required: true },
    storeUrl: { read: url },
    functionId: { read: idOf('the Function') },
  };
}

/** What `undeploy` needs: where things are, and how to get at them. */
export const UNDEPLOY_SETTINGS: Settings = {
  ...PLACE_SETTINGS,
  apiUrl: { read: apiUrl, required: true },
  apiKey: { read: text, required: true },
  allowInsecure: { read: flag },
  storeUrl: { read: url },
  functionId: { read: idOf('the Function') },
};

/** All keys in groups, for docs/reference.md. */
export const SETTINGS_BY_USE = {
  function: { ...REFRESH_BY_FUNCTION, ...REFRESH_BY_FLOW },
  transformer: TRANSFORMER_SETTINGS,
  deploy: PLACE_SETTINGS,
  'names.': NAMES_SETTINGS,
  'tokens[].': TOKEN_SETTINGS,
} as const satisfies Record<string, Settings>;

/** Every key that a configuration file may have, whichever file is rendered from it. */
export const ALL_KEYS: readonly string[] = [
  ...new Set(Object.keys({ ...REFRESH_BY_FUNCTION, ...REFRESH_BY_FLOW, ...TRANSFORMER_SETTINGS, ...PLACE_SETTINGS })),
];
