import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { UsageError } from '../../../tools/cli/command';
import type { Call, CliContext } from '../../../tools/cli/command';
import { failureOf, reportFailure } from '../../../tools/cli/report';
import { createStatusCommand } from '../../../tools/cli/status';
import type { Interruption } from '../../../tools/cli/interruption';
import type { ObservedInstance } from '../../../tools/cli/status/observe';
import type { RedisAnswers } from '../../../tools/cli/status/redis-answers';
import type { StatusReport } from '../../../tools/cli/status/report';
import { REAL_EDGE } from '../../../tools/cli/status/terminal';
import type { StorePlace } from '../../../tools/cli/store-place';
import type { StoreView } from '../../../src/stores';
import { AccessTokenError } from '../../../src/errors';
import { TransportError } from '../../../src/http';
import type { HttpResponse, Transport } from '../../../src/http';
import { FIRST_NOW } from '../../support/fake-clock';
import { thrownBy } from '../../support/thrown-by';
import { failureOf as failureNote } from '../../support/token-records';
import { readExposition } from './exposition';
import { FUNCTION_ID, instance, RECORD, viewAt } from './support';

const CANARIES = { endpointSecret: 'canary-endpoint-secret-5a', apiKey: 'canary-api-key-6b', redisPassword: 'canary-redis%2Fpassword-7c', encryptionKey: 'canary-encryption-key-8d' };

const STORE = { storeUrl: 'https://endpoint.example.com/0123', endpointSecret: '${ENDPOINT_SECRET}' };
const REDIS_URL = `rediss://joe:${CANARIES.redisPassword}@redis.example.com:6380/0`;
const REDIS = { redisUrl: '${REDIS_URL}', keyPrefix: 'bots:', encryptionKey: '${REDIS_KEY}' };
const API = { apiUrl: 'https://api.example.com', apiKey: '${API_KEY}' };
const TOKENS = [{ tokenUrl: 'https://login.example.com/token', clientId: 'c', clientSecret: '${CLIENT_SECRET}' }];
const CONFIGURATION = { tokens: TOKENS, ...STORE, ...API, functionId: FUNCTION_ID };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-status-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The outside world of one call. */
class World {
  out = '';
  /** What was drawn on the terminal, one text after the other. */
  readonly drawn: string[] = [];
  readonly asked: { url: string; body: unknown }[] = [];
  readonly pauses: number[] = [];
  isTerminal = false;
  env: Record<string, string> = { ENDPOINT_SECRET: CANARIES.endpointSecret, API_KEY: CANARIES.apiKey, REDIS_URL, REDIS_KEY: CANARIES.encryptionKey };
  answer: Partial<HttpResponse> | Error = { data: viewAt(40_000) };
  instances: ObservedInstance[] | Error = [instance()];
  urlTokens: string[] | Error = ['token-1'];
  functionName: string | undefined = undefined;
  program = 'access-token';
  /** What Redis has, and how it is set. */
  redis: StoreView | Error = viewAt(40_000);
  redisAnswers: RedisAnswers[] = [];
  readonly opened: StorePlace[] = [];
  closed = 0;
  complaints = '';
  /** After how many pauses somebody presses Ctrl+C. */
  patience = 1;
  forgotten = false;
  onPause: () => void = () => undefined;

  private readonly transport: Transport = async ({ url, body }) => {
    this.asked.push({ url, body });
    if (this.answer instanceof Error) throw this.answer;
    return { status: 200, headers: {}, data: '', ...this.answer };
  };

  private readonly context = (): CliContext => ({
    env: this.env,
    templates: folder,
    print: (text) => void (this.out += text),
    complain: (text) => void (this.complaints += text),
    program: this.program,
    isTerminal: this.isTerminal,
    now: () => FIRST_NOW,
    sleep: async () => undefined,
    transport: this.transport,
  });

  private listen(): Interruption {
    const { pauses } = this;
    const isOver = () => pauses.length >= this.patience;
    return {
      get happened() {
        return isOver();
      },
      pause: async (ms) => {
        pauses.push(ms);
        this.onPause();
      },
      forget: () => void (this.forgotten = true),
    };
  }

  run(content: unknown = CONFIGURATION, values: Call['values'] = {}, positionals: string[] = [], lock?: object): Promise<number> {
    const config = join(folder, 'access-token.json');
    writeFileSync(config, JSON.stringify(content));
    if (lock !== undefined) writeFileSync(join(folder, 'access-token.lock.json'), JSON.stringify(lock));
    const command = createStatusCommand({
      columns: () => 100,
      openPicture: async () => ({ draw: (text) => void this.drawn.push(text), done: () => void this.drawn.push('done') }),
      listen: () => this.listen(),
      openStores: (settings, context) => {
        const real = REAL_EDGE.openStores(settings, context);
        return {
          openStore: async (place, timeoutMs) => {
            this.opened.push(place);
            return place.kind === 'redis' ? this.openRedis() : real.openStore(place, timeoutMs);
          },
          askRedis: async () => this.redisAnswers,
        };
      },
      openProject: () => ({
        listInstances: async (functionId) => {
          expect(functionId).toBe(FUNCTION_ID);
          if (this.instances instanceof Error) throw this.instances;
          return this.instances;
        },
        nameFunction: async () => this.functionName,
        listUrlTokens: async (projectId) => {
          expect(projectId).toBe('mine');
          if (this.urlTokens instanceof Error) throw this.urlTokens;
          return this.urlTokens;
        },
      }),
    });
    return command.run({ positionals, values: { config, ...values } }, this.context()).catch((error: unknown) => {
      // As `program.ts` does.
      const args = Object.entries(values).flatMap(([name, value]) => (value === true ? `--${name}` : [`--${name}`, String(value)]));
      const code = this.showsFailures ? command.fail?.(failureOf(error), args, this.context()) : undefined;
      if (code !== undefined) return code;
      if (this.showsFailures) return reportFailure(error, false, this.context());
      throw error;
    });
  }

  /** Whether a failure is reported, or thrown. */
  showsFailures = false;

  private openRedis() {
    return {
      look: async () => {
        if (this.redis instanceof Error) throw this.redis;
        return this.redis;
      },
      close: () => void (this.closed += 1),
    };
  }

  async report(...args: [content?: unknown, lock?: object]): Promise<StatusReport> {
    this.showsFailures = true;
    const exitCode = await this.run(args[0], { json: true }, [], args[1]);
    const report = JSON.parse(this.out) as StatusReport;
    expect(report.exitCode).toBe(exitCode);
    return report;
  }
}

test('the Function has its name, or else its id, and the remedies the program as it is called', async () => {
  const world = Object.assign(new World(), { functionName: 'Access Token: refresh' });
  await world.run();
  expect(world.out).toContain('Function "Access Token: refresh": running, 1 active, 0 queued');
  expect(world.out).not.toContain(FUNCTION_ID);
  expect((await Object.assign(new World(), { functionName: 'Access Token: refresh' }).report()).function).toMatchObject({ functionId: FUNCTION_ID, name: 'Access Token: refresh' });
  const nameless = new World();
  await nameless.run();
  expect(nameless.out).toContain(`Function ${FUNCTION_ID}: running`);
  const stopped = Object.assign(new World(), { instances: [], program: 'npx access-token' });
  await stopped.run();
  expect(stopped.out).toContain('  Run npx access-token deploy, which starts the chain again');
});

test('looks once, changes nothing, and needs no client secret', async () => {
  const world = new World();
  expect(await world.run()).toBe(0);
  expect(world.out.split('\n')).toMatchObject({ 0: 'Token accessToken: valid, version 4', 5: 'Healthy.', length: 7 });
  const tokenStore = { op: 'read', tokenName: 'accessToken', chain: true };
  expect(world.asked).toEqual([
    { url: CONFIGURATION.storeUrl, body: { endpointSecret: CANARIES.endpointSecret, tokenStore } },
  ]);
});

test('--json prints the report, and no token or secret', async () => {
  const world = new World();
  expect(await world.report()).toMatchObject({ verdict: 'healthy', exitCode: 0, tokens: [{ version: 4 }] });
  for (const canary of [...Object.values(CANARIES), RECORD.token.access_token, 'canary']) expect(world.out).not.toContain(canary);
});

test('each token of the list is asked for, with its own percent', async () => {
  const tokens = [{ tokenName: 'one', refreshPercent: '${PERCENT}' }, { tokenName: 'two' }];
  const world = new World();
  world.env['PERCENT'] = '50';
  expect(await world.report({ ...CONFIGURATION, tokens })).toMatchObject({
    tokens: [
      { tokenName: 'one', refreshPercent: 50 },
      { tokenName: 'two', refreshPercent: 90 },
    ],
  });
});

describe('obstacles', () => {
  test.each<[string, Partial<World>, number, string, string]>([
    ['a silent store', { answer: new TransportError('timeout') }, 2, 'store', 'store_timeout'],
    [
      'a wrong secret',
      { answer: { status: 401, data: { error: 'invalid_endpoint_secret' } } },
      2,
      'store',
      'invalid_endpoint_secret',
    ],
    ['a chat Endpoint', { answer: { data: { text: 'Hi' } } }, 2, 'store', 'store_not_installed'],
    [
      'a refused API key',
      { instances: Object.assign(new Error('Refused.'), { code: 'api_key_refused', remedy: 'Use another.' }) },
      2,
      'function',
      'api_key_refused',
    ],
  ])('%s', async (_, changes, exitCode, about, code) => {
    const world = Object.assign(new World(), changes);
    expect(await world.report()).toMatchObject({ exitCode, findings: [{ level: 'unknown', about, code }] });
  });

  test('a store that does not answer is asked once', async () => {
    const world = Object.assign(new World(), { answer: new TransportError('network', 'ECONNREFUSED') });
    await world.report({ ...CONFIGURATION, tokens: [{ tokenName: 'one' }, { tokenName: 'two' }] });
    expect(world.asked).toHaveLength(1);
  });

  test('a defect is not explained away', async () => {
    await expect(Object.assign(new World(), { answer: new RangeError('a bug') }).run()).rejects.toThrow(RangeError);
    await expect(Object.assign(new World(), { instances: new RangeError('a bug') }).run()).rejects.toThrow(RangeError);
  });

  test('the error of an instance loses its secrets', async () => {
    const world = new World();
    const error = `at ${CANARIES.apiKey} and ${CANARIES.endpointSecret}\u0007`;
    world.instances = [instance({ status: 'error', error }), instance()];
    expect(await world.report()).toMatchObject({ function: { lastError: { message: 'at [secret] and [secret]' } } });
  });
});

describe('what deploy has filled in', () => {
  const rest = { tokens: TOKENS, endpointSecret: STORE.endpointSecret, ...API };
  const lock = { version: 1, urlToken: 'token-1', functionId: FUNCTION_ID, connectionIds: {}, connections: {}, made: [] };

  test('is read from the lock file', async () => {
    const world = new World();
    expect(await world.report(rest, lock)).toMatchObject({ exitCode: 0, function: { functionId: FUNCTION_ID } });
    expect(world.asked).toMatchObject([{ url: 'https://endpoint.example.com/token-1' }]);
  });

  describe('without a signature that can be checked', () => {
    const config = { ...rest, projectId: 'mine' };

    test('counts where the project has such an Endpoint', async () => {
      for (const unsigned of [lock, { ...lock, keyId: '0123456789abcdef', mac: 'x' }]) {
        const world = new World();
        expect(await world.report(config, unsigned)).toMatchObject({ exitCode: 0 });
        expect(world.asked).toMatchObject([{ url: 'https://endpoint.example.com/token-1' }]);
      }
    });

    test.each<[string, Partial<World>, string]>([
      ['the project has no such Endpoint', { urlTokens: ['token-2'] }, 'store_not_verified'],
      ['nobody can tell', { urlTokens: Object.assign(new Error('No.'), { code: 'api_unreachable', remedy: 'Check.' }) }, 'api_unreachable'],
    ])('gets no secret sent to an Endpoint where %s', async (_, changes, code) => {
      const world = Object.assign(new World(), changes);
      expect(await world.report(config, lock)).toMatchObject({ exitCode: 2, findings: [{ about: 'store', code }] });
      expect(world.asked).toEqual([]);
    });

    test('is no matter where the configuration names the store itself', async () => {
      const world = Object.assign(new World(), { urlTokens: [] });
      expect(await world.report({ ...CONFIGURATION, projectId: 'mine' }, lock)).toMatchObject({ exitCode: 0 });
    });
  });

  test('is refused where it tells of another project', async () => {
    const run = new World().run({ ...rest, projectId: 'mine' }, {}, [], { ...lock, projectId: 'theirs' });
    await expect(run).rejects.toMatchObject({ code: 'lock_of_another_project', exitCode: 2 });
  });

  test('is missed before the first deploy', async () => {
    const report = await new World().report(rest);
    expect(report).toMatchObject({
      exitCode: 2,
      findings: [{ code: 'store_not_named' }, { code: 'function_not_named' }],
    });
    for (const { remedy } of report.findings) expect(remedy).toContain('Run access-token deploy');
  });
});

describe('a Flow that refreshes', () => {
  const rest = { ...API, functionId: FUNCTION_ID, refreshBy: 'flow' };

  test("without the store: the Function is judged, the tokens can't be told", async () => {
    expect(await new World().report(rest)).toMatchObject({
      exitCode: 2,
      tokens: [{ state: 'unknown' }],
      function: { state: 'running' },
      findings: [{ code: 'store_not_named', remedy: expect.stringContaining('redisUrl') as string }],
    });
  });

  test('without the store: a chain without an instance is surely wrong', async () => {
    const world = Object.assign(new World(), { instances: [] });
    const findings = [{ code: 'store_not_named' }, { code: 'no_instance' }];
    expect(await world.report(rest)).toMatchObject({ exitCode: 1, findings });
  });

  test('with Redis: all is told', async () => {
    const world = new World();
    expect(await world.report({ ...rest, ...REDIS })).toMatchObject({ exitCode: 0, store: { kind: 'redis', state: 'reached' }, tokens: [{ version: 4 }], chain: { hop: 7 } });
    const settings = { url: REDIS_URL, keyPrefix: 'bots:', encryptionKey: CANARIES.encryptionKey };
    expect(world.opened).toEqual([{ kind: 'redis', settings }]);
    expect(world.closed).toBe(1);
    expect(world.asked).toEqual([]);
  });

  test('with an Endpoint: all is told', async () => {
    expect(await new World().report({ ...rest, ...STORE })).toMatchObject({ exitCode: 0 });
  });
});

test('a store alone needs neither Function nor API', async () => {
  const world = new World();
  expect(await world.report(STORE)).toMatchObject({ exitCode: 0, function: { state: 'not_used' } });
});

describe('a wrong configuration', () => {
  test.each([
    ['an unset variable', { ...CONFIGURATION, apiKey: '${NOT_SET}' }, 'NOT_SET is not set'],
    ['no list of tokens', { ...CONFIGURATION, tokens: {} }, 'tokens: must be a list'],
    ['an empty list of tokens', { ...CONFIGURATION, tokens: [] }, 'tokens: must be a list of at least one token'],
    ['a token that is none', { ...CONFIGURATION, tokens: ['x'] }, 'tokens[0]: must be an object'],
    ['a percent out of range', { ...CONFIGURATION, tokens: [{ refreshPercent: 0 }] }, 'tokens[0].refreshPercent'],
    ['a misspelt key of a token', { ...CONFIGURATION, tokens: [{ refreshPercnt: 80 }] }, 'did you mean "refreshPercent"?'],
  ])('%s', async (_, content, message) => {
    const error = await thrownBy(() => new World().run(content));
    expect(error).toMatchObject({ code: 'configuration_invalid', message: expect.stringContaining(message) as string });
  });
});

describe('--watch', () => {
  test('in a pipe: a line for each look, until Ctrl+C', async () => {
    const world = Object.assign(new World(), { patience: 3 });
    expect(await world.run(CONFIGURATION, { watch: true })).toBe(0);
    expect(world.pauses).toEqual([5000, 5000, 5000]);
    expect(world.out.trimEnd().split('\n')).toHaveLength(3);
    expect(world.out).toMatch(/^2030-01-01T00:00:40.000Z healthy: /);
    expect(world.forgotten).toBe(true);
  });

  test('the exit code is that of the last look', async () => {
    const world = Object.assign(new World(), { patience: 2 });
    world.onPause = () => (world.answer = { data: viewAt(100_000) });
    expect(await world.run(CONFIGURATION, { watch: true }, ['2'])).toBe(1);
    expect(world.pauses).toEqual([2000, 2000]);
  });

  test('with --strict, what may go wrong counts', async () => {
    const world = Object.assign(new World(), { instances: [] });
    expect(await world.run(CONFIGURATION, {})).toBe(0);
    expect(await world.run(CONFIGURATION, { strict: true })).toBe(1);
    expect(await world.run(CONFIGURATION, { watch: true, strict: true })).toBe(1);
    expect(world.out).toContain('degraded: function: No instance');
  });

  test('with --json: an object a line', async () => {
    const world = Object.assign(new World(), { patience: 2 });
    await world.run(CONFIGURATION, { watch: true, json: true });
    const lines = world.out.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as StatusReport).verdict)).toEqual(['healthy', 'healthy']);
  });

  test('on a terminal: a picture that stays at the end', async () => {
    const world = Object.assign(new World(), { patience: 2, isTerminal: true });
    await world.run(CONFIGURATION, { watch: true });
    expect(world.out).toBe('');
    expect(world.drawn).toHaveLength(3);
    expect(world.drawn[0]).toContain('█');
    expect(world.drawn[0]).toContain('Every 5 s; Ctrl+C ends.');
    expect(world.drawn[2]).toBe('done');
  });

  test('on a terminal that knows no more: lines', async () => {
    const world = Object.assign(new World(), { isTerminal: true });
    world.env['TERM'] = 'dumb';
    await world.run(CONFIGURATION, { watch: true });
    expect(world.drawn).toEqual([]);
    expect(world.out).toContain('healthy: ');
  });

  test('gives the signals back also after a defect', async () => {
    const world = Object.assign(new World(), { instances: new RangeError('a bug') });
    await expect(world.run(CONFIGURATION, { watch: true })).rejects.toThrow(RangeError);
    expect(world.forgotten).toBe(true);
  });
});

describe('Redis', () => {
  const BOTH = { ...CONFIGURATION, ...REDIS };

  test('alone needs no chain: no Function refreshes what is in there', async () => {
    const world = new World();
    world.redis = viewAt(40_000, { chain: null });
    const report = await world.report({ tokens: TOKENS, ...REDIS });
    expect(report).toMatchObject({ exitCode: 0, chain: { state: 'not_used' }, function: { state: 'not_used' }, findings: [] });
  });

  test.each<[string, object, string]>([
    ['a Function refreshes: it knows the Endpoint only', {}, 'the Endpoint, not Redis'],
    ['a Flow refreshes', { refreshBy: 'flow' }, 'Redis, not the Endpoint'],
  ])('beside an Endpoint, where %s', async (_, changes, watched) => {
    const world = new World();
    const { findings, exitCode, store } = await world.report({ ...BOTH, ...changes });
    expect(findings).toMatchObject([{ level: 'note', code: 'store_not_watched', message: `The configuration names two stores. status watches ${watched}.` }]);
    expect(exitCode).toBe(0);
    expect(world.opened.map(({ kind }) => kind)).toEqual([store.kind]);
  });

  test('that removes any key is told, and so is the policy', async () => {
    const world = new World();
    const info = 'maxmemory:100\r\nmaxmemory_policy:allkeys-lfu\r\naof_enabled:1\r\nrole:master\r\nconnected_slaves:0\r\n';
    world.redisAnswers = [{ address: 'redis.example.com:6380', info }];
    expect(await world.report({ ...REDIS, refreshBy: 'flow', ...API, functionId: FUNCTION_ID })).toMatchObject({
      verdict: 'degraded',
      exitCode: 0,
      findings: [{ about: 'Redis redis.example.com:6380', code: 'store_evicts', message: expect.stringContaining('allkeys-lfu') as string }],
    });
  });

  test.each<[string, AccessTokenError, string, RegExp]>([
    ['of an authority that is not known', new AccessTokenError('store_unreachable', "Redis can't be reached: its certificate is from an authority that is not known here (SELF_SIGNED_CERT_IN_CHAIN)."), 'store_unreachable', /^Check redisUrl.*NODE_EXTRA_CA_CERTS/],
    ['that nobody listens at', new AccessTokenError('store_unreachable', "Redis can't be reached: nothing listens there (ECONNREFUSED)."), 'store_unreachable', /^Check redisUrl, and that this machine may reach it\.$/],
    ['that refuses the user', new AccessTokenError('store_refused', 'Redis refused the user or the password.'), 'store_refused', /redisUrl/],
    ['with another encryption key', new AccessTokenError('encryption_key_unknown', 'Another key.'), 'encryption_key_unknown', /encryptionKey/],
  ])('%s', async (_, error, code, remedy) => {
    const world = Object.assign(new World(), { redis: error });
    const { exitCode, findings } = await world.report({ tokens: TOKENS, ...REDIS });
    expect(exitCode).toBe(2);
    expect(findings).toMatchObject([{ level: 'unknown', about: 'store', code, remedy: expect.stringMatching(remedy) as string }]);
    expect(world.closed).toBe(1);
  });

  test('words that somebody has put into a failure lose the secrets', async () => {
    const world = new World();
    const secrets = Object.values(CANARIES);
    const message = `said ${secrets.join(' ')} ${decodeURIComponent(CANARIES.redisPassword)} \u0007`;
    world.redis = viewAt(40_000, { failure: failureNote(FIRST_NOW, { code: secrets[0] ?? '', message, host: secrets[1] ?? '', status: 500 }) });
    for (const format of ['json', 'text', 'prometheus', 'nagios']) await world.run({ ...REDIS, ...API, functionId: FUNCTION_ID, endpointSecret: STORE.endpointSecret, refreshBy: 'flow' }, { format });
    expect(world.out.match(/\[secret\]/g)?.length).toBeGreaterThanOrEqual(20);
    for (const canary of [...secrets, 'canary']) expect(world.out + world.complaints).not.toContain(canary);
  });
});

describe('--format', () => {
  test.each<[string, Call['values'], RegExp]>([
    ['json', { format: 'json' }, /^\{\n {2}"verdict": "healthy",\n/],
    ['text', { format: 'text' }, /^Token accessToken: valid/],
    ['prometheus', { format: 'prometheus' }, /^# HELP access_token_status .*\n# TYPE access_token_status gauge\naccess_token_status\{level="healthy"\} 1\n/],
    ['nagios', { format: 'nagios' }, /^ACCESS_TOKEN OK - 1 token valid, it expires in 1 min; chain on time\|.*\n$/],
  ])('%s', async (_, values, text) => {
    const world = new World();
    expect(await world.run(CONFIGURATION, values)).toBe(0);
    expect(world.out).toMatch(text);
  });

  test.each([
    ['json', 1],
    ['text', 1],
    ['prometheus', 0],
    ['nagios', 2],
  ])('%s, with an expired token, exits with %d', async (format, exitCode) => {
    expect(await Object.assign(new World(), { answer: { data: viewAt(100_000) } }).run(CONFIGURATION, { format })).toBe(exitCode);
  });

  test('nagios with --watch: a line for each look', async () => {
    const world = Object.assign(new World(), { patience: 2 });
    world.onPause = () => (world.instances = []);
    expect(await world.run(CONFIGURATION, { format: 'nagios', watch: true })).toBe(1);
    expect(world.out.trimEnd().split('\n')).toEqual([expect.stringMatching(/^ACCESS_TOKEN OK/), expect.stringMatching(/^ACCESS_TOKEN WARNING/)]);
  });

  test('prometheus with --watch: one text after the other', async () => {
    const world = Object.assign(new World(), { patience: 2 });
    await world.run(CONFIGURATION, { format: 'prometheus', watch: true });
    const texts = world.out.split('\n\n');
    expect(texts.map((text) => text.slice(0, 26))).toEqual(['# HELP access_token_status', '# HELP access_token_status', '']);
  });

  describe('with --output', () => {
    const file = () => join(folder, 'access_token.prom');
    const values = () => ({ format: 'prometheus', output: file() });

    test('a file has the latest text, whole, and nothing is printed', async () => {
      const world = Object.assign(new World(), { patience: 2 });
      const seen: string[] = [];
      world.onPause = () => {
        seen.push(readFileSync(file(), 'utf8'));
        world.answer = { data: viewAt(100_000) };
      };
      expect(await world.run(CONFIGURATION, { ...values(), watch: true })).toBe(0);
      expect(seen.map((text) => readExposition(text)['access_token_status{level="healthy"}'])).toEqual([1, 0]);
      expect(world.out).toBe('');
      // Whoever collects files there finds no other one.
      expect(readdirSync(folder).filter((name) => name !== 'access-token.json')).toEqual(['access_token.prom']);
    });

    test('the file says so when nothing can be looked at any more', async () => {
      const world = Object.assign(new World(), { showsFailures: true });
      await world.run(CONFIGURATION, values());
      expect(await world.run({ tokens: [] }, values())).toBe(0);
      expect(readExposition(readFileSync(file(), 'utf8'))).toMatchObject({ 'access_token_status{level="healthy"}': 0, 'access_token_status{level="unknown"}': 1 });
      expect(world.complaints).toContain('tokens: must be a list of at least one token');
    });

    test('a file that can not be written is a failure', async () => {
      const world = Object.assign(new World(), { showsFailures: true });
      expect(await world.run(CONFIGURATION, { ...values(), output: join(folder, 'nowhere', 'x.prom') })).toBe(1);
      expect(world.complaints).toContain("A file can't be written: ENOENT");
      expect(await world.run({ tokens: [] }, { ...values(), output: join(folder, 'nowhere', 'x.prom') })).toBe(2);
      expect(world.complaints).toContain('tokens: must be a list of at least one token');
    });
  });

  test.each<[Call['values'], string]>([
    [{ format: 'xml' }, '--format is one of text, json, prometheus, nagios, not "xml".'],
    [{ format: 'nagios', json: true }, '--json is short for --format json'],
    [{ format: 'json', output: 'x' }, '--output goes with --format prometheus only.'],
    [{ format: 'prometheus', output: '' }, '--output needs the name of a file.'],
    [{ format: 'nagios', strict: true }, '--strict goes with text and json'],
    [{ format: 'prometheus', strict: true }, '--strict goes with text and json'],
  ])('a wrong call: %j', async (values, message) => {
    await expect(new World().run(CONFIGURATION, values)).rejects.toThrow(message);
  });
});

test.each([
  [{ watch: true }, ['soon']],
  [{ watch: true }, ['0.5']],
  [{ watch: true }, ['90000']],
  [{ watch: true }, ['5', '6']],
  [{}, ['5']],
])('a wrong call: %j %j', async (values, positionals) => {
  await expect(new World().run(CONFIGURATION, values, positionals)).rejects.toThrow(UsageError);
});

test('--json is a report also where the configuration or the lock file can not be used', async () => {
  const unusable = { verdict: 'unknown', tokens: [], chain: { state: 'unknown' }, function: { state: 'unknown' } };
  expect(await new World().report({ tokens: [] })).toMatchObject({ ...unusable, findings: [{ code: 'configuration_invalid' }] });
  const damaged = await new World().report(CONFIGURATION, { version: 1, salt: 5 });
  expect(damaged).toMatchObject({ ...unusable, findings: [{ about: 'configuration', code: 'lock_unreadable' }] });
});
