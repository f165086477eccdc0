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

/** What the command needs from the outside world besides its context. */
export interface StatusEdge {
  /** Columns of the terminal, if it tells them. */
  columns: () => number | undefined;
  openPicture: () => Promise<Picture>;
  /** Takes over Ctrl+C. */
  listen: () => Interruption;
  openStores: (settings: StatusSettings, context: CliContext) => Stores;
  /** Opens the management API. */
  openProject: (settings: StatusSettings, context: CliContext) => ProjectLists;
}

/** One retry is enough for a look. The next look may be seconds away. */
const TRIES = 2;
/** The limit for one request to the management API, milliseconds. */
const API_TIMEOUT_MS = 8000;
/** How many of the newest instances to read. The running ones and the latest failure are among them. */
const MOST_INSTANCES = 100;

/** The terminal, the signals and the management API of the program. */
export const REAL_EDGE: StatusEdge = {
  columns: () => process.stdout.columns,
  openPicture: async () => {
    // Imported here because it is an ES module and nothing else needs it.
    const { createLogUpdate } = await import('log-update');
    const update = createLogUpdate(process.stdout);
    return { draw: (text) => update(text), done: () => update.done() };
  },
  listen: () => listenForInterruption(process, process.stdout),
  openStores: ({ allowInsecure = false }, { transport, now }) => ({
    openStore: async ({ kind, settings }, timeoutMs) => {
      const shared: SharedStore = SHARED_STORES[kind];
      // The report already says what a store would log.
      return shared.open(readSettings(settings, shared.readers, allowInsecure), { transport, now, log: () => undefined, timeoutMs: () => timeoutMs });
    },
    askRedis: ({ settings }, timeoutMs) => askRedis(readPlace(readSettings(settings, redisStore.readers, allowInsecure)), timeoutMs),
  }),
  openProject: ({ apiUrl = '', apiKey = '' }, { now, sleep: pause }) => {
    const options = { apiUrl, apiKey, now, sleep: pause, timeoutMs: API_TIMEOUT_MS };
    const api = openApi({ ...options, tries: TRIES });
    // Without the name the report shows the id, so a second try isn't worth it.
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
