import { AccessTokenError, redact } from '../../../src/errors';
import type { ErrorCode } from '../../../src/errors';
import type { Transport } from '../../../src/http';
import { EndpointStore } from '../../../src/stores';
import type { StoreView } from '../../../src/stores';
import { secretStriker } from '../secrets';
import { obstacle } from './findings';
import type { Obstacle } from './report';
import type { StatusSettings, WatchedToken } from './settings';

/** An instance of the Function, as the management API lists it. */
export interface ObservedInstance {
  status: string;
  /** Unix milliseconds. */
  createdAt: number;
  /** Unix milliseconds; absent while it runs. */
  finishedAt?: number | undefined;
  /** Why it ended with an error: text from outside, made safe to show. */
  error?: string | undefined;
}

/** What was seen at one moment; `judge` makes a report of it. */
export interface Observation {
  /** This machine's clock, Unix milliseconds. */
  now: number;
  tokens: readonly WatchedToken[];
  /** What the store reports on each token, by its name. */
  store: { views: ReadonlyMap<string, StoreView> } | { obstacle: Obstacle };
  /** Absent where the configuration has no chain. */
  function?: ObservedFunction;
}

export type ObservedFunction =
  | { functionId: string; instances: readonly ObservedInstance[] }
  | { functionId?: string; obstacle: Obstacle };

/** The outside world, passed in. */
export interface StatusEnvironment {
  transport: Transport;
  /** Unix milliseconds. */
  now: () => number;
  /** Lists a Function's instances; rejects with an error that is an `Obstacle`. */
  listInstances: (functionId: string) => Promise<readonly ObservedInstance[]>;
  /** Lists the URL tokens of a project's Endpoints; rejects in the same way. */
  listUrlTokens: (projectId: string) => Promise<readonly string[]>;
}

/** Milliseconds that the store has for one answer: the platform's own limit for a transformer. */
const STORE_TIMEOUT_MS = 5000;

/** Remedies for people who have a configuration file in front of them. */
const REMEDIES: Partial<Record<ErrorCode, string>> = {
  invalid_endpoint_secret: 'Use the same endpointSecret as in the transformer; deploy puts the present one there.',
  store_unreachable: 'Check storeUrl, and that this machine may reach it.',
  store_not_installed: 'Check storeUrl; deploy puts the transformer there and switches it on.',
};

const OUT_OF_REACH =
  'Redis is out of reach from here: look into the log of the Flow behind refreshFlowUrl. Where the store is an ' +
  'Endpoint, enter storeUrl and endpointSecret.';

/** Looks at the store and at the Function. It changes nothing there, and refreshes no token. */
export async function observe(settings: StatusSettings, environment: StatusEnvironment): Promise<Observation> {
  const [store, seen] = await Promise.all([observeStore(settings, environment), observeFunction(settings, environment)]);
  const observation = { now: environment.now(), tokens: settings.tokens, store };
  return seen === undefined ? observation : { ...observation, function: seen };
}

async function observeStore(settings: StatusSettings, environment: StatusEnvironment): Promise<Observation['store']> {
  const { transport } = environment;
  const { storeUrl, endpointSecret, tokens } = settings;
  if (storeUrl === undefined || endpointSecret === undefined) return { obstacle: unnamedStore(settings) };
  const doubt = await doubtStore(settings, environment);
  if (doubt !== undefined) return { obstacle: doubt };
  const store = new EndpointStore({ url: storeUrl, endpointSecret, transport, timeoutMs: () => STORE_TIMEOUT_MS });
  const views = new Map<string, StoreView>();
  try {
    // One after the other: a store that can't be reached is asked once, and a busy one gets one request at a time.
    for (const { tokenName } of tokens) views.set(tokenName, await store.look(tokenName));
    return { views };
  } catch (thrown) {
    if (!(thrown instanceof AccessTokenError)) throw thrown;
    const { code, message, remedy } = thrown;
    return { obstacle: { code, message, remedy: REMEDIES[code] ?? remedy } };
  }
}

/** The Endpoint secret must not go to the Endpoint of somebody who wrote its URL token into the lock file. */
async function doubtStore({ unverifiedStore }: StatusSettings, { listUrlTokens }: StatusEnvironment): Promise<Obstacle | undefined> {
  if (unverifiedStore === undefined) return undefined;
  try {
    if ((await listUrlTokens(unverifiedStore.projectId)).includes(unverifiedStore.urlToken)) return undefined;
  } catch (thrown) {
    return readObstacle(thrown);
  }
  const message = "The lock file's signature is missing or of another API key, and the project has no Endpoint with the URL token in it.";
  return obstacle('store_not_verified', message);
}

function unnamedStore({ refreshBy, storeUrl }: StatusSettings): Obstacle {
  const missing = storeUrl === undefined ? 'storeUrl' : 'endpointSecret';
  const message = `The configuration names no store to look into: ${missing} is missing.`;
  return obstacle('store_not_named', message, refreshBy === 'flow' ? OUT_OF_REACH : undefined);
}

async function observeFunction(
  settings: StatusSettings,
  { listInstances }: StatusEnvironment,
): Promise<ObservedFunction | undefined> {
  const { functionId, apiUrl, apiKey, endpointSecret } = settings;
  if (!settings.hasChain) return undefined;
  const missing = Object.entries({ apiUrl, apiKey, functionId }).find(([, value]) => value === undefined)?.[0];
  if (functionId === undefined || missing !== undefined) {
    const message = `The configuration does not say which Function is the chain: ${missing ?? 'functionId'} is missing.`;
    return { ...(functionId && { functionId }), obstacle: obstacle('function_not_named', message) };
  }
  try {
    const instances = await listInstances(functionId);
    // A Function's error is whatever its code says, and the code may be anybody's.
    const strike = secretStriker([apiKey, endpointSecret]);
    const fit = (error: string | undefined) => error && redact(strike(error), []);
    return { functionId, instances: instances.map((instance) => ({ ...instance, error: fit(instance.error) })) };
  } catch (thrown) {
    return { functionId, obstacle: readObstacle(thrown) };
  }
}

/** A typed error of the API client says everything needed; any other error is a defect, and is thrown on. */
function readObstacle(thrown: unknown): Obstacle {
  const { code, message, remedy } = (thrown ?? {}) as Partial<Record<keyof Obstacle, unknown>>;
  if (typeof code !== 'string' || typeof message !== 'string' || typeof remedy !== 'string') throw thrown;
  return { code, message, remedy };
}
