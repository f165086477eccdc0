import { AccessTokenError, redact } from '../../../src/errors';
import type { ErrorCode } from '../../../src/errors';
import type { Transport } from '../../../src/http';
import type { RefreshFailure } from '../../../src/lifetime';
import type { StoreName } from '../../../src/settings/stores';
import type { StoreView, TokenStore } from '../../../src/stores';
import type { Strike } from '../api/shape';
import { secretStriker } from '../secrets';
import type { StorePlace } from '../store-place';
import { obstacle } from './findings';
import type { RedisAnswers } from './redis-answers';
import type { Obstacle } from './report';
import type { StatusSettings, WatchedToken } from './settings';

/** An instance of the Function, as the management API lists it. */
export interface ObservedInstance {
  status: string;
  /** Unix milliseconds. */
  createdAt: number;
  /** Unix milliseconds; absent while it runs. */
  finishedAt?: number | undefined;
  /** The error that it ended with: text from outside, made safe to show. */
  error?: string | undefined;
}

/** What `status` saw in one look. `judge` turns it into a report. */
export interface Observation {
  /** This machine's clock, Unix milliseconds. */
  now: number;
  projectId?: string | undefined;
  tokens: readonly WatchedToken[];
  store: ObservedStore;
  /** Absent if the configuration has no chain. */
  function?: ObservedFunction;
}

export type ObservedStore = {
  /** Absent if the configuration names none. */
  kind?: StoreName | undefined;
  /** A second store in the configuration, which is not watched. */
  other?: StoreName | undefined;
} & ({ views: Views; redis?: readonly RedisAnswers[] } | { obstacle: Obstacle });

/** What the store reports on each token, by token name. The configuration's secrets are struck out. */
type Views = ReadonlyMap<string, StoreView>;

export type ObservedFunction =
  | { functionId: string; name?: string | undefined; instances: readonly ObservedInstance[] }
  | { functionId?: string; obstacle: Obstacle };

/** What the command needs from the outside world. Tests pass their own. */
export interface StatusEnvironment {
  transport: Transport;
  /** Opens a shared store. Each of its operations may take `timeoutMs` milliseconds. */
  openStore: (place: StorePlace, timeoutMs: number) => Promise<Pick<TokenStore, 'look' | 'close'>>;
  /** Asks the Redis servers of a store for their settings. It does not reject if they refuse to answer. */
  askRedis: (place: StorePlace, timeoutMs: number) => Promise<readonly RedisAnswers[]>;
  /** Unix milliseconds. */
  now: () => number;
  /** Lists a Function's instances. Rejects with an error that is an `Obstacle`. */
  listInstances: (functionId: string) => Promise<readonly ObservedInstance[]>;
  /** Reads a Function's name; `undefined` if the API does not tell. Never rejects. */
  nameFunction: (functionId: string) => Promise<string | undefined>;
  /** Lists the URL tokens of a project's Endpoints. Rejects with an error that is an `Obstacle`. */
  listUrlTokens: (projectId: string) => Promise<readonly string[]>;
}

/** How long the store may take for one answer, milliseconds: the platform's limit for a transformer. */
const STORE_TIMEOUT_MS = 5000;

/** Remedies for people who edit a configuration file, not a node. */
const REMEDIES: Readonly<Record<StoreName, Partial<Record<ErrorCode, string>>>> = {
  endpoint: {
    invalid_endpoint_secret: 'Use the same endpointSecret as in the transformer; deploy puts the present one there.',
    store_unreachable: 'Check storeUrl, and that this machine may reach it.',
    store_not_installed: 'Check storeUrl; deploy puts the transformer there and switches it on.',
  },
  redis: {
    store_unreachable: 'Check redisUrl, and that this machine may reach it.',
    store_refused: 'Check user name and password in redisUrl, where both are percent-encoded, and what this Redis user may do.',
    encryption_key_unknown: 'Enter the encryptionKey of the connection; after a change of keys, the new one, a space, and the old one.',
  },
};

/** Matches messages about a certificate or an unknown authority. */
const TLS_FAULT = /certificate|TLS/;
const OWN_AUTHORITY = 'If its certificate comes from an authority of your own, set NODE_EXTRA_CA_CERTS to a file with the certificate of that authority.';

const NO_STORE_OF_FLOW =
  'Enter redisUrl (with keyPrefix and encryptionKey, as in the connection) if the bots keep their tokens in Redis, or storeUrl and endpointSecret if an Endpoint is the store.';

/** Looks at the store and the Function. It changes nothing and refreshes no token. */
export async function observe(settings: StatusSettings, environment: StatusEnvironment): Promise<Observation> {
  const [store, seen] = await Promise.all([observeStore(settings, environment), observeFunction(settings, environment)]);
  const { projectId, tokens } = settings;
  return { now: environment.now(), projectId, tokens, store, ...(seen === undefined ? {} : { function: seen }) };
}

async function observeStore(settings: StatusSettings, environment: StatusEnvironment): Promise<ObservedStore> {
  const [place, other] = settings.stores;
  if (place === undefined) return { obstacle: unnamedStore(settings) };
  const names = { kind: place.kind, other: other?.kind };
  const doubt = place.kind === 'endpoint' ? await doubtStore(settings, environment) : undefined;
  if (doubt !== undefined) return { ...names, obstacle: doubt };
  try {
    const views = await lookInto(place, settings, environment);
    if (place.kind !== 'redis') return { ...names, views };
    return { ...names, views, redis: await environment.askRedis(place, STORE_TIMEOUT_MS) };
  } catch (thrown) {
    if (!(thrown instanceof AccessTokenError)) throw thrown;
    return { ...names, obstacle: explained(thrown, place.kind) };
  }
}

/** @throws AccessTokenError as the store does */
async function lookInto(place: StorePlace, { tokens, secrets }: StatusSettings, { openStore }: StatusEnvironment): Promise<Views> {
  const strike = secretStriker(secrets);
  const store = await openStore(place, STORE_TIMEOUT_MS);
  const views = new Map<string, StoreView>();
  try {
    // One after the other: an unreachable store is asked only once, and a busy one gets one request at a time.
    for (const { tokenName } of tokens) {
      const view = await store.look(tokenName);
      views.set(tokenName, { ...view, failure: view.failure && struckFailure(view.failure, strike) });
    }
    return views;
  } finally {
    store.close();
  }
}

/** Strikes secrets out of a failure's texts. The server wrote them, or anybody who has the Endpoint secret. */
function struckFailure(failure: RefreshFailure, strike: Strike): RefreshFailure {
  const members = Object.entries(failure).map(([name, value]: [string, unknown]) => [name, typeof value === 'string' ? strike(value) : value]);
  return Object.fromEntries(members) as RefreshFailure;
}

function explained({ code, message, remedy }: AccessTokenError, kind: StoreName): Obstacle {
  const own = REMEDIES[kind][code];
  if (code !== 'store_unreachable' || !TLS_FAULT.test(message)) return { code, message, remedy: own ?? remedy };
  return { code, message, remedy: `${own ?? remedy} ${OWN_AUTHORITY}` };
}

/** Guards against a forged lock file: the Endpoint secret must not go to an Endpoint outside the project. */
async function doubtStore({ unverifiedStore }: StatusSettings, { listUrlTokens }: StatusEnvironment): Promise<Obstacle | undefined> {
  if (unverifiedStore === undefined) return undefined;
  try {
    if ((await listUrlTokens(unverifiedStore.projectId)).includes(unverifiedStore.urlToken)) return undefined;
  } catch (thrown) {
    return readObstacle(thrown);
  }
  const message = "The lock file's signature is missing or made with another API key, and the project has no Endpoint with the file's URL token.";
  return obstacle('store_not_verified', message);
}

function unnamedStore({ refreshBy, missingForStore }: StatusSettings): Obstacle {
  const message = `The configuration names no store to look into: ${missingForStore} is missing.`;
  return obstacle('store_not_named', message, refreshBy === 'flow' ? NO_STORE_OF_FLOW : undefined);
}

async function observeFunction(
  settings: StatusSettings,
  { listInstances, nameFunction }: StatusEnvironment,
): Promise<ObservedFunction | undefined> {
  const { functionId, apiUrl, apiKey, secrets } = settings;
  if (!settings.hasChain) return undefined;
  const missing = Object.entries({ apiUrl, apiKey, functionId }).find(([, value]) => value === undefined)?.[0];
  if (functionId === undefined || missing !== undefined) {
    const message = `The configuration does not say which Function is the chain: ${missing ?? 'functionId'} is missing.`;
    return { ...(functionId && { functionId }), obstacle: obstacle('function_not_named', message) };
  }
  try {
    const [instances, name] = await Promise.all([listInstances(functionId), nameFunction(functionId)]);
    // The code of a Function decides what its error says, and the code may be anybody's.
    const strike = secretStriker(secrets);
    const fit = (error: string | undefined) => error && redact(strike(error), []);
    return { functionId, ...(name === undefined ? {} : { name }), instances: instances.map((instance) => ({ ...instance, error: fit(instance.error) })) };
  } catch (thrown) {
    return { functionId, obstacle: readObstacle(thrown) };
  }
}

/** A typed error of the API client has all members of an obstacle. Any other error is a defect, and is rethrown. */
function readObstacle(thrown: unknown): Obstacle {
  const { code, message, remedy } = (thrown ?? {}) as Partial<Record<keyof Obstacle, unknown>>;
  if (typeof code !== 'string' || typeof message !== 'string' || typeof remedy !== 'string') throw thrown;
  return { code, message, remedy };
}
