import type { Api, ConnectionItem, Transformer } from '../../../tools/cli/api';
import type { CliContext } from '../../../tools/cli/command';
import type { ActualState } from '../../../tools/cli/deploy/actual-state';
import type { DesiredState } from '../../../tools/cli/deploy/desired-state';
import type { Progress } from '../../../tools/cli/deploy/progress';
import type { DeployRun } from '../../../tools/cli/deploy/run';
import { emptyLock } from '../../../tools/cli/lock';
import type { Lock, Signature } from '../../../tools/cli/lock';
import type { LockKeeper } from '../../../tools/cli/lock/keeper';
import type { Transport } from '../../../src/http';

const HEADER = '/*\n * Access Token 1.2.3: the shared token store, for a REST Endpoint.\n */';
export const OWN_SECTION = '// ---- your section: yours\nmine\n// ---- end of your section ----';
export const TRANSFORMER = `${HEADER}\nthe text\n${OWN_SECTION}`;
export const FUNCTION = '/*\n * Access Token 1.2.3: the background chain, which refreshes.\n */\nthe code of f1 at https://endpoint.example.com/t1';
const SWITCHED_ON: Transformer = {
  transformer: TRANSFORMER,
  abortOnError: true,
  inputTransformerEnabled: true,
  outputTransformerEnabled: false,
  finalPingTransformerEnabled: false,
  injectTransformerEnabled: false,
  notifyTransformerEnabled: false,
};

/** Hashes that can be read. */
export const hashFields = (fields: Readonly<Record<string, string>>): string => JSON.stringify(fields);

export function desired(changes: Partial<DesiredState> = {}, values: Partial<DesiredState['values']> = {}): DesiredState {
  const storeUrl: DesiredState['storeUrl'] = ({ urlToken }) =>
    urlToken === undefined ? undefined : `https://endpoint.example.com/${urlToken}`;
  return {
    values: {
      projectId: 'p1',
      names: { function: 'Access Token', endpoint: 'Access Token Store', connections: 'Access Token' },
      endpointType: 'rest',
      apiUrl: 'https://api.example.com',
      apiKey: 'key',
      endpointSecret: '0123456789abcdef',
      functionTimeLimitSeconds: 900,
      ...values,
    },
    archive: { content: Buffer.from('archive'), hash: 'hash', version: '1.2.3' },
    hasStore: true,
    storeUrl,
    transformer: () => TRANSFORMER,
    functionCode: (ids) => {
      const url = storeUrl(ids);
      return ids.functionId === undefined || url === undefined ? undefined : FUNCTION;
    },
    connections: (ids) => {
      const url = storeUrl(ids);
      return [{ name: 'A Store', type: 'accessTokenStore', extension: 'access-token', fields: url === undefined ? undefined : { url } }];
    },
    ...changes,
  };
}

export function connection(changes: Partial<ConnectionItem> = {}): ConnectionItem {
  return { id: 'c1', name: 'A Store', type: 'accessTokenStore', extension: 'access-token', lastChanged: 7, ...changes };
}

export function nothing(): ActualState {
  const sought = new Set(['extension', 'endpoint', 'function', 'connection:A Store']);
  return { isStoreElsewhere: false, connections: new Map(), running: [], sought };
}

/** Everything is as it is wanted. */
export function everything(changes: Partial<ActualState> = {}): ActualState {
  return {
    ...nothing(),
    extension: { id: 'x1', version: '1.2.3' },
    endpoint: { id: 'e1', name: 'Access Token Store', channel: 'rest', urlToken: 't1', transformer: SWITCHED_ON },
    function: { id: 'f1', name: 'Access Token', code: FUNCTION, isDisabled: false },
    connections: new Map([['A Store', connection()]]),
    running: [{ id: 'i1', status: 'active', createdAt: 1 }],
    ...changes,
  };
}

/** The lock file of `everything`. */
export function lockOfEverything(changes: Partial<Lock> = {}): Lock {
  return {
    ...emptyLock(),
    projectId: 'p1',
    extensionId: 'x1',
    extensionHash: 'hash',
    endpointId: 'e1',
    urlToken: 't1',
    functionId: 'f1',
    connectionIds: { 'A Store': 'c1' },
    connections: { 'A Store': { hash: hashFields({ url: 'https://endpoint.example.com/t1' }), lastChanged: 7 } },
    made: ['extension', 'flow', 'endpoint', 'function', 'connection:A Store'],
    ...changes,
  };
}

/** A lock that is kept in memory. */
export function memoryKeeper(lock: Lock, signature: Signature = 'valid'): LockKeeper {
  const keeper = {
    lock,
    signature,
    hashFields,
    update: (changes: Partial<Lock>) => Object.assign(keeper.lock, changes),
    making: (step: string) => Object.assign(keeper.lock, { making: step }),
    made: (step: string, changes: Partial<Lock> = {}) =>
      Object.assign(keeper.lock, changes, { made: [...keeper.lock.made, step], making: undefined }),
  };
  return keeper as unknown as LockKeeper;
}

export interface Told {
  lines: string[];
}

/** What a step works with, on a clock that only sleeping moves. */
export function work(api: Partial<Api>, changes: { desired?: DesiredState; lock?: Lock; signature?: Signature; transport?: Transport; tries?: number } = {}): DeployRun & Told {
  const wanted = changes.desired ?? desired();
  const lines: string[] = [];
  const tell = (line: string): void => void lines.push(line);
  const progress: Progress = {
    begin: tell,
    done: () => undefined,
    failed: () => undefined,
    note: tell,
    warn: (line) => tell(`Warning: ${line}`),
    end: tell,
  };
  let time = 1_700_000_000_000;
  const now = (): number => time;
  const sleep = async (ms: number): Promise<void> => void (time += ms);
  const context: CliContext = {
    env: {},
    templates: '',
    print: tell,
    complain: tell,
    program: 'access-token',
    isTerminal: false,
    now,
    sleep,
    transport: changes.transport ?? (() => Promise.reject(new Error('Nothing is sent from here.'))),
  };
  const retry = { tries: changes.tries ?? 5, now, sleep, random: () => 0 };
  return {
    api: { retry, ...api } as Api,
    desired: wanted,
    values: wanted.values,
    keeper: memoryKeeper(changes.lock ?? emptyLock(), changes.signature),
    progress,
    context,
    configFile: 'config.json',
    redact: (text) => text.replaceAll('secret', '[secret]'),
    lines,
  };
}
