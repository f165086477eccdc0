import { readSettings } from '../../../src/settings/setting';
import { SHARED_STORES } from '../../../src/settings/stores';
import { redisStore } from '../../../src/settings/stores/redis';
import { readPlace } from '../../../src/settings/stores/redis-place';
import type { SharedStore } from '../../../src/settings/stores/shared-store';
import { ApiFailure, openApi, toCliError } from '../api';
import type { CliContext } from '../command';
import { listenForInterruption } from '../interruption';
import type { Interruption } from '../interruption';
import { askRedis } from './ask-redis';
import type { StatusEnvironment } from './observe';
import type { Picture } from './screen';
import type { StatusSettings } from './settings';

type Stores = Pick<StatusEnvironment, 'openStore' | 'askRedis'>;
type ProjectLists = Pick<StatusEnvironment, 'listInstances' | 'nameFunction' | 'listUrlTokens'>;

/** What the command needs of the world besides its context. */
export interface StatusEdge {
  /** Columns of the terminal, where it knows them. */
  columns: () => number | undefined;
  openPicture: () => Promise<Picture>;
  /** Takes over Ctrl+C. */
  listen: () => Interruption;
  openStores: (settings: StatusSettings, context: CliContext) => Stores;
  /** Opens the management API. */
  openProject: (settings: StatusSettings, context: CliContext) => ProjectLists;
}

/** One more try is enough for a look: the next one may be seconds away. */
const TRIES = 2;
/** Milliseconds that one request to the management API may take. */
const API_TIMEOUT_MS = 8000;
/** The running ones and the latest failure are among the newest. */
const MOST_INSTANCES = 100;

/** The terminal, the signals and the management API of the program. */
export const REAL_EDGE: StatusEdge = {
  columns: () => process.stdout.columns,
  openPicture: async () => {
    // An ES module, and only this needs it.
    const { createLogUpdate } = await import('log-update');
    const update = createLogUpdate(process.stdout);
    return { draw: (text) => update(text), done: () => update.done() };
  },
  listen: () => listenForInterruption(process, process.stdout),
  openStores: ({ allowInsecure = false }, { transport, now }) => ({
    openStore: async ({ kind, settings }, timeoutMs) => {
      const shared: SharedStore = SHARED_STORES[kind];
      // What nodes log of a store is no news here.
      return shared.open(readSettings(settings, shared.readers, allowInsecure), { transport, now, log: () => undefined, timeoutMs: () => timeoutMs });
    },
    askRedis: ({ settings }, timeoutMs) => askRedis(readPlace(readSettings(settings, redisStore.readers, allowInsecure)), timeoutMs),
  }),
  openProject: ({ apiUrl = '', apiKey = '' }, { now, sleep: pause }) => {
    const options = { apiUrl, apiKey, now, sleep: pause, timeoutMs: API_TIMEOUT_MS };
    const api = openApi({ ...options, tries: TRIES });
    // Without a name, the id is shown: that is worth no second try.
    const once = openApi({ ...options, tries: 1 });
    return {
      listInstances: (functionId) => api.instances(functionId, { atMost: MOST_INSTANCES }).catch(rethrow),
      nameFunction: (functionId) => once.functionName(functionId).catch(() => undefined),
      listUrlTokens: async (projectId) => (await api.endpoints(projectId).catch(rethrow)).flatMap(({ urlToken }) => urlToken ?? []),
    };
  },
};

function rethrow(thrown: unknown): never {
  throw thrown instanceof ApiFailure ? toCliError(thrown) : thrown;
}
