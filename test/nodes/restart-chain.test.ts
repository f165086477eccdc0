import type { Transport } from '../../src/http';
import { keepToken } from '../../src/nodes/keep-token';
import type { AskingChain, StoredTokenEnvironment } from '../../src/nodes/keep-stored-token';
import type { NodeConfig } from '../../src/nodes/node-config';
import type { TokenCopies } from '../../src/stores/ports/context';
import { MemorySessions } from '../support/memory-sessions';
import { jsonAnswer } from '../support/recording-transport';
import { ENDPOINT_SECRET, ENDPOINT_URL, StoreEndpoint } from '../support/store-endpoint';
import { recordOf, START } from '../support/token-records';

const TOKEN_URL = 'https://login.example.com/oauth2/token';
const API = { apiUrl: 'https://api.example.com', apiKey: 'canary-api-key-92aa', functionId: 'chain' };
const TRIGGER_URL = 'https://api.example.com/new/v2.0/functions/chain/trigger';
const HEARTBEAT = { chainId: 'chain-1', hop: 0, owner: 'chain-1/0', beatWithinMs: 990_000 };
const CONFIG: NodeConfig = {
  connection: { tokenUrl: TOKEN_URL, clientId: 'client', clientSecret: 'canary-client-secret-92aa' },
  store: 'endpoint',
  endpointConnection: { url: ENDPOINT_URL, endpointSecret: ENDPOINT_SECRET },
  cognigyApiConnection: API,
};

let now: number;
let endpoint: StoreEndpoint;
let requests: { url: string; body: unknown; timeoutMs: number }[];
let notes: string[];
let triggerAnswer: () => ReturnType<typeof jsonAnswer> | Promise<ReturnType<typeof jsonAnswer>>;
let copies: Map<string, unknown>;

beforeEach(async () => {
  now = START;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  endpoint = new StoreEndpoint(new MemorySessions().get);
  requests = [];
  notes = [];
  copies = new Map();
  triggerAnswer = () => jsonAnswer(201, { functionInstanceId: 'new' });
  await endpoint.post({ endpointSecret: ENDPOINT_SECRET, ...recordOf('stored-token', START) });
});

afterEach(() => jest.restoreAllMocks());

const transport: Transport = async (request, timeoutMs) => {
  requests.push({ url: request.url, body: request.body, timeoutMs });
  switch (request.url) {
    case ENDPOINT_URL:
      return endpoint.transport(request, timeoutMs);
    case TRIGGER_URL:
      return triggerAnswer();
    case TOKEN_URL:
      return jsonAnswer(200, { access_token: 'fresh-token', token_type: 'Bearer', expires_in: 100 });
    default:
      throw new Error(`There is nothing at ${request.url}.`);
  }
};

function run(changes: NodeConfig = {}, chain?: AskingChain): ReturnType<typeof keepToken> {
  const environment: StoredTokenEnvironment = {
    copies: {
      get: (name) => (copies.get(name) as ReturnType<TokenCopies['get']>) ?? null,
      put: (name, record) => void copies.set(name, record),
      remove: (name) => void copies.delete(name),
    },
    transport,
    now: () => now,
    sleep: async (ms) => void (now += ms),
    random: () => 0.5,
    log: (level, code, message) => notes.push(`${level} ${code}: ${message}`),
  };
  return keepToken({ ...CONFIG, ...changes }, environment, chain);
}

function triggers(): unknown[] {
  return requests.filter(({ url }) => url === TRIGGER_URL).map(({ body }) => body);
}

/** The chain beats, as a Function that keeps no token of this store would. */
async function beat(chainId = 'chain-1', hop = 0): Promise<void> {
  const owner = `${chainId}/${hop}`;
  await endpoint.operate({ op: 'beat', chainId, hop, owner, leaseMs: 1, beatWithinMs: 990_000, tokens: [] });
}

describe('a chain that stopped', () => {
  test('is started again by the one node that sees it first, without any parameters', async () => {
    await beat();
    now += 990_000;
    await run();
    await run();
    expect(triggers()).toEqual([{ parameters: {} }]);
    expect(notes).toEqual(['warn chain_restarted: The background chain had stopped and was started again.']);
    expect(requests.find(({ url }) => url === TRIGGER_URL)?.timeoutMs).toBe(3000);
  });

  test('is not missed a millisecond before its heartbeat is late', async () => {
    await beat();
    now += 989_999;
    await run();
    expect([triggers(), notes]).toEqual([[], []]);
  });

  test('that never ran is started too', async () => {
    const { handedOut } = await run();
    expect(triggers()).toHaveLength(1);
    expect(handedOut).toMatchObject({ record: { token: { access_token: 'stored-token' } }, source: 'store' });
    // What it costs: the trigger itself.
    expect(requests).toHaveLength(2);
  });

  test('is started beside the refresh: a trigger that hangs keeps nobody waiting with the lease in hand', async () => {
    let answer: () => void = () => undefined;
    triggerAnswer = () => new Promise((resolve) => (answer = () => resolve(jsonAnswer(201, { functionInstanceId: 'late' }))));
    const started = now;
    const { handedOut } = await run();
    expect(handedOut).toMatchObject({ record: { token: { access_token: 'stored-token' } } });
    expect(now - started).toBeLessThanOrEqual(500);
    expect(notes).toEqual(['warn chain_restarted: The background chain had stopped. The node started it again, but got no answer in time.']);
    answer();
  });

  test('is tried again after a minute without a heartbeat, and at once where it stopped after one', async () => {
    await run();
    now += 59_999;
    await run({ reuseInConversation: false });
    expect(triggers()).toHaveLength(1);
    now += 1;
    await run({ reuseInConversation: false });
    expect(triggers()).toHaveLength(2);
    now += 1000;
    await endpoint.operate({ op: 'beat', chainId: 'new', hop: 0, owner: 'o', leaseMs: 1, beatWithinMs: 5000, tokens: [] });
    now += 4999;
    await run({ reuseInConversation: false });
    expect(triggers()).toHaveLength(2);
    now += 1;
    await run({ reuseInConversation: false });
    expect(triggers()).toHaveLength(3);
  });

  test('is none of a node\'s business without the connection, or with a conversation\'s own token', async () => {
    await run({ cognigyApiConnection: null });
    await run({ store: 'conversation' });
    expect([triggers(), notes]).toEqual([[], []]);
  });

  test('is not looked after by a node that asks no store', async () => {
    copies.set('accessToken', { ...recordOf('copy', START), version: 1 });
    const { handedOut } = await run();
    expect([handedOut.source, requests]).toEqual(['conversation', []]);
  });

  test.each<[string, () => ReturnType<typeof jsonAnswer>, string]>([
    ['a wrong API key', () => jsonAnswer(401, { detail: API.apiKey }), 'The platform answered HTTP 401.'],
    ['an unknown Function', () => jsonAnswer(404, {}), 'The platform answered HTTP 404.'],
    [
      'no connection',
      () => {
        throw new Error(API.apiKey);
      },
      'The platform did not answer: network.',
    ],
  ])('%s is a note, and the token is handed out all the same', async (_, answer, problem) => {
    triggerAnswer = answer;
    const { handedOut } = await run();
    expect(handedOut).toMatchObject({ stale: false, record: { token: { access_token: 'stored-token' } } });
    expect(notes).toEqual([expect.stringMatching(new RegExp(`^error trigger_failed: .* could not be started again. ${problem} Trigger the Function again, or check apiUrl, apiKey and functionId`)) as string]);
    expect(notes.join()).not.toContain('canary');
  });

  test.each<[string, object, string]>([
    ['an empty API key', { ...API, apiKey: ' ' }, 'cognigy_api_incomplete'],
    ['an insecure address', { ...API, apiUrl: 'http://api.example.com' }, 'insecure_url'],
  ])('%s is a configuration error', async (_, cognigyApiConnection, code) => {
    await expect(run({ cognigyApiConnection })).rejects.toMatchObject({ code });
  });
});

describe('a node that the chain runs', () => {
  test('beats, refreshes, and starts no chain', async () => {
    now += 95_000;
    const chain = { heartbeat: HEARTBEAT, goesOn: false };
    const { handedOut } = await run({}, chain);
    expect([chain.goesOn, handedOut.refreshed, triggers()]).toEqual([true, true, []]);
    expect(JSON.stringify(requests)).not.toContain('watchChain');
    // Its heartbeat is what keeps the others from starting one.
    await run({ reuseInConversation: false });
    expect(triggers()).toEqual([]);
  });

  test('asks the store, whatever its conversation holds, and leaves no copy there', async () => {
    copies.set('accessToken', { ...recordOf('copy', START), version: 1 });
    const { handedOut } = await run({}, { heartbeat: HEARTBEAT, goesOn: true });
    expect(handedOut.record.token.access_token).toBe('stored-token');
    expect(copies.get('accessToken')).toMatchObject({ token: { access_token: 'copy' } });
  });

  test('learns that a newer chain is at work, also where there is no token to be had', async () => {
    await beat('chain-1');
    await beat('chain-2');
    const older = { heartbeat: { ...HEARTBEAT, hop: 1 }, goesOn: true };
    now += 200_000;
    const connection = { tokenUrl: 'https://nobody.example.com/', clientId: 'client', clientSecret: 'x' };
    await expect(run({ connection }, older)).rejects.toBeInstanceOf(Error);
    expect(older.goesOn).toBe(false);
  });

  test('ends no chain for a token that only its conversation knows', async () => {
    const chain = { heartbeat: HEARTBEAT, goesOn: true };
    await run({ store: 'conversation' }, chain);
    expect(chain.goesOn).toBe(true);
  });
});
