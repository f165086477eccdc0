import { systemClock } from '../../tools/sandbox/clock';
import { ExtensionProcess } from '../../tools/sandbox/extensions/host';
import { ExtensionRunner, type InstalledExtension } from '../../tools/sandbox/extensions/runner';
import { LogBook } from '../../tools/sandbox/log-book';
import { DEFAULT_OPTIONS, type SandboxOptions } from '../../tools/sandbox/options';
import { LoopbackServer } from '../support/loopback-server';
import { packExtension } from './support/extension-archive';
import { bundleProcess } from './support/processes';
import { optionsFrom, RESOLVING_EXTENSION } from './support/resolving-extension';
import { requestTo, RUNNING_EXTENSION } from './support/running-extension';

const hostPath = bundleProcess('extensions/host-process.ts');
/** Only there to end a test that hangs. */
const GENEROUS_MS = 120_000;

interface Setup {
  runner: ExtensionRunner;
  logBook: LogBook;
  /** The runner's own: what is changed here counts from the next execution on. */
  options: SandboxOptions;
  installed: InstalledExtension;
}

const open: ExtensionRunner[] = [];
let archive: Awaited<ReturnType<typeof packExtension>>;

async function create(changes: Partial<SandboxOptions> = {}): Promise<Setup> {
  const logBook = new LogBook(systemClock);
  const options = { ...DEFAULT_OPTIONS, extensionTimeoutMs: GENEROUS_MS, resolverTimeoutMs: GENEROUS_MS, ...changes };
  const runner = new ExtensionRunner(options, (onConsole) => new ExtensionProcess(hostPath, onConsole), logBook);
  open.push(runner);
  return { runner, logBook, options, installed: await runner.upload(archive.file) };
}

beforeAll(async () => {
  archive = await packExtension(RUNNING_EXTENSION);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((runner) => runner.close()));
});
afterAll(() => archive.remove());

describe('upload', () => {
  it('reads what the package offers', async () => {
    expect((await create()).installed).toEqual({
      name: 'fixture',
      version: '1.0.0',
      description: '',
      nodes: [
        { type: 'run', parentType: null },
        { type: 'branch', parentType: 'run' },
      ],
      connections: [{ type: 'secret', fields: ['key'], requiredFields: ['key'] }],
      // What has no JSON is named: a function comes as null.
      editor: {
        nodes: [
          { type: 'run', parentType: null },
          { type: 'branch', parentType: 'run', function: null },
        ],
        connections: [{ type: 'secret', fields: [{ fieldName: 'key' }] }],
      },
    });
  });
});

describe('execution', () => {
  it('records what the node does and changes nothing in place', async () => {
    const { runner, logBook } = await create();
    const context = { kept: 1, list: [1] };
    const result = await runner.execute(
      requestTo(
        `api.addToContext('a.b', { c: 1 }, 'simple'); api.addToContext('list', 2, 'array');
         api.addToInput('x.y', 'z'); api.log('info', 'line'); api.output('text', { d: 1 }); api.say('said');
         api.setNextNode(childConfigs.find(({ type }) => type === 'branch').id); api.emitEvent('e', { f: 1 });
         context.kept = 2; console.log('console', config.secret.key);`,
        {
          context,
          input: { text: 'hi' },
          childConfigs: [{ id: 'child', type: 'branch', config: {} }],
          config: { secret: { key: 'k' } },
        },
      ),
    );
    expect(result).toEqual({
      context: { kept: 1, list: [1, 2], a: { b: { c: 1 } } },
      input: { text: 'hi', x: { y: 'z' } },
      profile: {},
      logs: [{ level: 'info', text: 'line' }],
      outputs: [
        { text: 'text', data: { d: 1 } },
        { text: 'said', data: {} },
      ],
      events: [{ name: 'e', data: { f: 1 } }],
      nextNodeId: 'child',
      apiCalls: 8,
      durationMs: expect.any(Number) as number,
    });
    expect(context).toEqual({ kept: 1, list: [1] });
    expect(logBook.text()).toContain('extension:run log console k');
    expect(logBook.text()).toContain('extension:run info line');
  });

  it('offers Node.js without the globals that came from the browser', async () => {
    const { runner } = await create();
    const { context } = await runner.execute(
      requestTo(`
        const absent = ['fetch', 'Response', 'Request', 'Headers', 'FormData', 'Blob', 'WebSocket', 'ReadableStream',
          'AbortController', 'crypto', 'structuredClone', 'performance', 'WebAssembly'];
        const present = ['Buffer', 'URL', 'URLSearchParams', 'TextEncoder', 'TextDecoder', 'setTimeout', 'clearTimeout',
          'setInterval', 'setImmediate', 'console', 'process', 'global'];
        const refused = [];
        for (const name of ['child_process', 'worker_threads', 'cluster', 'node:child_process', 'axios']) {
          try { require(name); } catch (error) { refused.push(error.message); }
        }
        let written;
        try { require('fs').writeFileSync('/tmp/x', ''); } catch (error) { written = error.code; }
        let written2;
        try { await require('node:fs/promises').writeFile('/tmp/x', ''); } catch (error) { written2 = error.code; }
        api.addToContext('seen', {
          absent: absent.filter((name) => typeof globalThis[name] !== 'undefined'),
          present: present.filter((name) => typeof globalThis[name] === 'undefined'),
          refused, written, written2,
          read: require('fs').readFileSync('/proc/self/cmdline', 'utf8').length > 0,
          env: process.env, kind: Object.prototype.toString.call(process),
          modules: [typeof require('node:crypto').createHash, typeof require('https').request],
        }, 'simple');`),
    );
    expect(context.seen).toEqual({
      absent: [],
      present: [],
      refused: [
        'the module child_process is not available to extensions',
        'the module worker_threads is not available to extensions',
        'the module cluster is not available to extensions',
        'the module child_process is not available to extensions',
        "Cannot find module 'axios'",
      ],
      written: 'EROFS',
      written2: 'EROFS',
      read: true,
      env: {},
      kind: '[object process]',
      modules: ['function', 'function'],
    });
  });

  it.each([
    ['waits', `await new Promise((resolve) => setTimeout(resolve, 86_400_000));`],
    ['loops', `for (;;) {}`],
  ])('leaves the reason in input.extensionError when the node %s', async (_case, run) => {
    const { runner } = await create({ extensionTimeoutMs: 300 });
    const result = await runner.execute(requestTo(run, { context: { a: 1 } }));
    expect(result.context).toEqual({ a: 1 });
    expect(result.extensionError?.message).toMatch(/longer than 300 ms/);
    expect(result.input.extensionError).toEqual(result.extensionError);
    expect(runner.stats()).toMatchObject({ executions: 1, failed: 1 });
  });

  it.each([
    ['fresh' as const, [1, 1, 1]],
    ['kept' as const, [1, 2, 3]],
  ])('plays %s module state', async (moduleState, expected) => {
    const { runner } = await create({ moduleState });
    const seen = [];
    for (let i = 0; i < 3; i++) {
      seen.push((await runner.execute(requestTo(`api.addToContext('n', executions, 'simple');`))).context.n);
    }
    expect(seen).toEqual(expected);
  });

  it('lets executions in a kept process overlap', async () => {
    const { runner } = await create({ moduleState: 'kept' });
    // The first three only end when the fourth has come.
    const meet = requestTo(`
      shared.all ??= new Promise((resolve) => (shared.meet = resolve));
      if (executions === 4) shared.meet();
      api.addToContext('n', executions, 'simple');
      await shared.all;`);
    const results = await Promise.all([1, 2, 3, 4].map(() => runner.execute(meet)));
    expect(results.map(({ context }) => context.n).sort()).toEqual([1, 2, 3, 4]);
  });

  it('recovers from an execution that loops in a kept process', async () => {
    const { runner, options } = await create({ moduleState: 'kept', extensionTimeoutMs: 300 });
    expect((await runner.execute(requestTo('for (;;) {}'))).extensionError?.message).toMatch(/longer than/);
    options.extensionTimeoutMs = GENEROUS_MS;
    expect((await runner.execute(requestTo(`api.addToContext('n', executions, 'simple');`))).context.n).toBe(1);
  });

  it('gives the process no environment', async () => {
    const { runner } = await create();
    const { context } = await runner.execute(
      requestTo(`api.addToContext('environ', require('fs').readFileSync('/proc/self/environ', 'utf8'), 'simple');`),
    );
    // Node.js itself passes on how to reach the parent.
    const names = String(context.environ).split('\0').map((entry) => entry.split('=')[0]);
    expect(names.filter((name) => !/^(NODE_CHANNEL_.*)?$/.test(name ?? ''))).toEqual([]);
  });
});

describe('options', () => {
  let resolving: typeof archive;
  beforeAll(async () => {
    resolving = await packExtension(RESOLVING_EXTENSION);
  });
  afterAll(() => resolving.remove());

  async function createResolving(changes: Partial<SandboxOptions> = {}): Promise<Setup> {
    const setup = await create(changes);
    await setup.runner.upload(resolving.file);
    return setup;
  }

  it('come from a process that sends what the resolver asks for', async () => {
    const { runner, logBook } = await createResolving();
    const server = await LoopbackServer.start();
    server.answer = (response) => response.writeHead(401, { 'content-type': 'application/json' }).end('{"no":["way"]}');
    try {
      const options = await runner.resolveOptions(
        optionsFrom(
          `const { status, data, headers } = await api.httpRequest({ method: 'POST', url: config.connection.url, headers: { 'x-a': 'b' }, data: 'c=d' });
           console.log('asked');
           return [{ label: data.no[0], value: status + ' ' + headers['content-type'] }];`,
          { connection: { url: server.url } },
        ),
      );
      expect(options).toEqual([{ label: 'way', value: '401 application/json' }]);
      expect(server.requests).toMatchObject([{ method: 'POST', headers: { 'x-a': 'b' } }]);
      expect(server.requests[0]?.body.toString()).toBe('c=d');
      expect(logBook.text()).toContain('extension:ask log asked');
    } finally {
      await server.stop();
    }
  });

  it.each([
    ['waits', 'fresh' as const, `await new Promise(() => undefined);`],
    ['loops', 'fresh' as const, `for (;;) {}`],
    ['loops', 'kept' as const, `for (;;) {}`],
  ])('end when their resolver %s, and its process is %s', async (_what, moduleState, run) => {
    const { runner, options } = await createResolving({ moduleState, resolverTimeoutMs: 300 });
    const detail = "the options of list can't be resolved: the resolver took longer than 300 ms";
    await expect(runner.resolveOptions(optionsFrom(run))).rejects.toMatchObject({ status: 422, detail });
    options.resolverTimeoutMs = GENEROUS_MS;
    expect(await runner.resolveOptions(optionsFrom(`return [];`))).toEqual([]);
  });
});
