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
  tokenName: { read: tokenName, fallback: 'accessToken' },
  tokenUrl: { read: url, required: true },
  clientId: { read: text, required: true },
  clientSecret: { read: text, required: true },
  clientAuthentication: {
    read: oneOf('client_secret_basic', 'client_secret_post'),
    fallback: 'client_secret_basic',
  },
  scope: { read: optionalText },
  audience: { read: optionalText },
  refreshToken: { read: optionalText },
  extraParameters: { read: extraParameters },
  refreshPercent: { read: refreshPercent, fallback: 90 },
  defaultLifetimeSeconds: { read: numberBetween(1, LONGEST_LIFETIME_SECONDS, 'seconds') },
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
  endpointSecret: { read: endpointSecret, required: true },
  previousEndpointSecret: { read: endpointSecret },
  initialTokens: { read: initialTokens },
};

const CHAIN_SETTINGS: Settings = {
  apiUrl: { read: apiUrl, required: true },
  apiKey: { read: text, required: true },
  functionId: { read: idOf('the Function'), required: true },
  functionTimeLimitSeconds: { read: numberBetween(1, DAY_SECONDS, 'seconds'), fallback: 900 },
  functionBufferSeconds: { read: numberBetween(1, HOUR_SECONDS, 'seconds'), fallback: 5 },
  allowInsecure: { read: flag },
  refreshBy: { read: oneOf('function', 'flow') },
};

/** What goes into a Function that refreshes by itself. */
const REFRESH_BY_FUNCTION: Settings = {
  tokens: { read: tokens, required: true },
  storeUrl: { read: url, required: true },
  endpointSecret: { read: endpointSecret, required: true },
  ...CHAIN_SETTINGS,
};

/** What goes into a Function that wakes a Flow: no client's secret, and not the store's. */
const REFRESH_BY_FLOW: Settings = {
  refreshFlowUrl: { read: url, required: true },
  ...CHAIN_SETTINGS,
};

/** What goes into the Function, which depends on who refreshes. */
export function functionSettings({ refreshBy }: Record<string, unknown>): Settings {
  return refreshBy === 'flow' ? REFRESH_BY_FLOW : REFRESH_BY_FUNCTION;
}

const NAMES_SETTINGS: Settings = {
  function: { read: resourceName, fallback: 'Access Token' },
  endpoint: { read: resourceName, fallback: 'Access Token Store' },
  connections: { read: resourceName, fallback: 'Access Token' },
};

const names: Reader = (value, context) => readObject(value, NAMES_SETTINGS, context);

/** Where things are put, and what they are called. */
const PLACE_SETTINGS: Settings = {
  projectId: { read: idOf('the project'), required: true },
  names: {
    read: names,
    fallback: Object.fromEntries(Object.entries(NAMES_SETTINGS).map(([key, { fallback }]) => [key, fallback])),
  },
  endpointType: { read: oneOf('rest', 'webhook', 'socket'), fallback: 'rest' },
  endpointId: { read: idOf('the Endpoint') },
  flowId: { read: idOf('the Flow') },
  endpointBaseUrl: { read: url },
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
};

/** Every key that a configuration file may have, whichever file is rendered from it. */
export const ALL_KEYS: readonly string[] = [
  ...new Set(Object.keys({ ...REFRESH_BY_FUNCTION, ...REFRESH_BY_FLOW, ...TRANSFORMER_SETTINGS, ...PLACE_SETTINGS })),
];
