import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';

import { createHttpClient, startSandbox } from '../../tools/sandbox';
import type { HttpClientResponse, Sandbox, StartSandboxOptions, TransformerKind } from '../../tools/sandbox';
import { DIST, renderArtifact } from '../support/artifact-platform';
import { HandClock } from '../support/hand-clock';
import { fingerprint, START, tokenOf } from '../support/token-records';
import { until } from '../support/until';

const SECRET = 'canary-endpoint-secret-ab12';
const LARGEST = 60_000;
const NAME = 'accessToken';

const KINDS: TransformerKind[] = ['rest', 'webhook', 'socket'];

/** Where each kind of Endpoint takes the store's bodies. */
const URLS: Record<TransformerKind, ('endpoint' | 'inject' | 'notify')[]> = {
  rest: ['endpoint'],
  webhook: ['endpoint', 'inject', 'notify'],
  socket: ['inject', 'notify'],
};

const USER_SECTION = '  return output;\n';
const USER_CODE = `
  const token = await accessToken();
  const other = await accessToken("nobody's");
  return { ...output, text: output.text + ' ' + token + ' ' + other + ' ' + userId + ' ' + sessionId };
`;

const rendered = new Map<TransformerKind, string>();

function render(kind: TransformerKind): string {
  const text = rendered.get(kind) ?? renderArtifact(`transformer-${kind}`, { endpointSecret: SECRET });
  rendered.set(kind, text);
  return text;
}

const http = createHttpClient();
let sandbox: Sandbox | undefined;

afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});

interface RunningEndpoint {
  /** Sends a body to one of the Endpoint's URLs. */
  post: (body: unknown, where?: 'endpoint' | 'inject' | 'notify') => Promise<HttpClientResponse>;
  /** How often the Flow has run. */
  flowRuns: () => number;
  stored: () => unknown;
  sandbox: Sandbox;
  urlToken: string;
}

async function endpointWith(
  kind: TransformerKind,
  transformer: string,
  options: StartSandboxOptions = {},
): Promise<RunningEndpoint> {
  const clock = new HandClock();
  const running = await startSandbox({ ...options, clock });
  sandbox = running;
  const flow = [{ id: 'say', type: 'say' as const, config: { text: 'It works.' } }];
  const { urlToken } = running.createEndpoint({ type: kind, name: 'store', transformer, flow });
  const urls = {
    endpoint: running.endpointUrl(urlToken),
    inject: running.injectUrl(urlToken),
    notify: running.notifyUrl(urlToken),
  };
  return {
    sandbox: running,
    urlToken,
    flowRuns: () => running.stats().flowRuns,
    stored: () => running.sessionStorage.dump(),
    async post(body, where = URLS[kind][0] ?? 'endpoint') {
      const answer = await http({ method: 'POST', url: urls[where], data: body });
      await clock.runUntil(() => running.sessionStorage.pendingWrites === 0);
      return answer;
    },
  };
}

function issuedNow(access_token: string) {
  return { token: tokenOf(access_token), timestamp: START / 1000 };
}

describe.each(KINDS)('dist/transformer-%s.ts', (kind) => {
  test('is small, as built and as rendered', () => {
    expect(readFileSync(join(DIST, `transformer-${kind}.ts`), 'utf8').length).toBeLessThanOrEqual(LARGEST);
    expect(render(kind).length).toBeLessThanOrEqual(LARGEST);
  });

  test('touches none of the globals it does not need, and starts nothing', () => {
    const touched: string[] = [];
    const names = [
      'uuid',
      '_',
      'moment',
      'xmljs',
      'httpRequest',
      'setTimeout',
      'fetch',
      'Buffer',
      'process',
      'require',
    ];
    const context = vm.createContext({
      crypto: {},
      console: {},
      getSessionStorage: () => touched.push('getSessionStorage'),
    });
    for (const name of names) Object.defineProperty(context, name, { get: () => void touched.push(name) });
    let handlers: object = {};
    const creator = {
      rest: 'createRestTransformer',
      webhook: 'createWebhookTransformer',
      socket: 'createSocketTransformer',
    }[kind];
    context[creator] = (given: object) => void (handlers = given);
    vm.runInContext(render(kind), context);
    expect(touched).toEqual([]);
    expect(Object.keys(handlers).sort()).toEqual(
      kind === 'rest'
        ? ['handleInput', 'handleOutput']
        : ['handleInject', 'handleInput', 'handleNotify', 'handleOutput'],
    );
  });

  describe.each(URLS[kind])('at its %s URL', (where) => {
    test('every operation, in one run through the life of a token', async () => {
      const { post, flowRuns } = await endpointWith(kind, render(kind));
      const operate = async (tokenStore: object) => {
        const { status, data } = await post({ endpointSecret: SECRET, tokenStore }, where);
        return [status, data];
      };
      const now = expect.any(Number) as number;
      const owned = { tokenName: NAME, owner: 'anna' };
      const checkout = { op: 'checkout', ...owned, leaseMs: 15_000, refreshPercent: 90 };
      const first = issuedNow('first');

      expect(await operate({ op: 'read', tokenName: NAME })).toEqual([200, { record: null, now }]);
      expect(await operate(checkout)).toEqual([200, { record: null, lease: 'granted', now }]);
      expect(await operate({ ...checkout, owner: 'bert' })).toEqual([200, { record: null, lease: 'held', now }]);
      expect(await operate({ op: 'release', ...owned })).toEqual([200, {}]);
      expect(await operate({ op: 'commit', ...owned, ifVersion: 0, record: first })).toEqual([200, { version: 1 }]);
      const record = { ...first, version: 1 };
      expect(await operate({ op: 'commit', ...owned, ifVersion: 0, record: first })).toEqual([
        409,
        { error: 'version_conflict', record },
      ]);
      expect(await operate(checkout)).toEqual([200, { record, lease: 'not_needed', now }]);
      expect(await operate({ ...checkout, rejected: fingerprint('first') })).toEqual([
        200,
        { record, lease: 'granted', now },
      ]);
      expect(await operate({ op: 'destroy' })).toEqual([400, { error: 'invalid_request', field: 'op' }]);
      const tokens = [{ tokenName: NAME, refreshPercent: 90 }];
      const beat = { op: 'beat', chainId: 'chain', hop: 1, owner: 'hop', leaseMs: 30_000, tokens };
      expect(await operate(beat)).toMatchObject([
        200,
        { continue: true, schedule: [{ tokenName: NAME, version: 1 }], granted: null },
      ]);
      const update = { ...issuedNow('classic'), endpointSecret: SECRET };
      expect(await post(update, where)).toMatchObject({ status: 200, data: { version: 2 } });
      expect(await operate({ op: 'read', tokenName: NAME })).toMatchObject([
        200,
        { record: { token: { access_token: 'classic' } } },
      ]);
      expect(flowRuns()).toBe(0);
    });

    test('a wrong or missing secret: 401, nothing stored, no Flow run', async () => {
      const { post, flowRuns, stored } = await endpointWith(kind, render(kind));
      const bodies = [issuedNow('forged'), { tokenStore: { op: 'read', tokenName: NAME } }];
      for (const body of bodies) {
        for (const secret of [{}, { endpointSecret: 'wrong' }]) {
          const { status, data } = await post({ ...body, ...secret }, where);
          expect([status, data]).toEqual([401, { error: 'invalid_endpoint_secret' }]);
        }
      }
      expect(stored()).toEqual({});
      expect(flowRuns()).toBe(0);
    });
  });

  test('a chat message runs the Flow, and user code in handleOutput can await the current token', async () => {
    expect(render(kind)).toContain(USER_SECTION);
    const running = await endpointWith(kind, render(kind).replace(USER_SECTION, USER_CODE));
    const message = { userId: 'user', sessionId: 'session', text: 'hi', data: { some: 'data' } };
    const say = async (): Promise<unknown> => {
      if (kind === 'socket') await running.sandbox.sendSocketMessage(running.urlToken, message);
      else await running.post(message);
      await until('the output is sent', () => running.flowRuns() === running.sandbox.sentOutputs(running.urlToken).length);
      return running.sandbox.sentOutputs(running.urlToken).pop()?.output;
    };
    expect(await say()).toMatchObject({ text: 'It works. null null user session' });
    await running.post({ ...issuedNow('the-token'), endpointSecret: SECRET });
    expect(await say()).toMatchObject({ text: 'It works. the-token null user session' });
    expect(running.flowRuns()).toBe(2);
  });

  test("without user code the output is the Flow's own", async () => {
    const running = await endpointWith(kind, render(kind));
    const message = { userId: 'user', sessionId: 'session', text: 'hi', data: {} };
    if (kind === 'socket') await running.sandbox.sendSocketMessage(running.urlToken, message);
    else await running.post(message);
    await until('the output is sent', () => running.sandbox.sentOutputs(running.urlToken).length > 0);
    expect(running.sandbox.sentOutputs(running.urlToken)).toMatchObject([{ output: { text: 'It works.' } }]);
  });
});

describe('what the platform leaves open', () => {
  test.each<StartSandboxOptions>([
    { moduleState: 'kept' },
    { moduleState: 'fresh' },
    { sessionStorageScope: 'installation' },
    { sessionStorageWrites: 'key' },
    { sessionStorageWrites: 'session', sessionStorageWriteDelayMs: 50 },
  ])('%j', async (options) => {
    const { post } = await endpointWith('rest', render('rest'), options);
    const update = { ...issuedNow('kept'), endpointSecret: SECRET };
    expect(await post(update)).toMatchObject({ data: { version: 1 } });
    expect(await post(update)).toMatchObject({ data: { version: 2 } });
    const read = { endpointSecret: SECRET, tokenStore: { op: 'read', tokenName: NAME } };
    expect(await post(read)).toMatchObject({
      status: 200,
      data: { record: { token: { access_token: 'kept' }, version: 2 } },
    });
  });
});

test('the file as built, without a configuration, opens to nobody', async () => {
  const { post, stored } = await endpointWith('rest', readFileSync(join(DIST, 'transformer-rest.ts'), 'utf8'));
  for (const endpointSecret of ['', undefined, null]) {
    expect(await post({ endpointSecret, tokenStore: { op: 'read', tokenName: NAME } })).toMatchObject({
      status: 401,
    });
  }
  expect(stored()).toEqual({});
});

test('the secret is in no log', async () => {
  const { post, sandbox: running } = await endpointWith('rest', render('rest'));
  await post({ endpointSecret: `${SECRET}?`, tokenStore: { op: 'read', tokenName: NAME } });
  await post({ endpointSecret: SECRET, tokenStore: { op: 'commit' } });
  expect(running.logs.text()).toContain('wrong or missing Endpoint secret');
  expect(running.logs.text()).not.toContain('canary');
});
