import { systemClock } from '../../src/sandbox/clock';
import type { ExecutionRequest } from '../../src/sandbox/extensions/protocol';
import { ExtensionRunner } from '../../src/sandbox/extensions/runner';
import { LogBook } from '../../src/sandbox/log-book';
import { DEFAULT_OPTIONS, type SandboxOptions } from '../../src/sandbox/options';
import { packExtension, pngHead } from './support/extension-archive';
import { bundleProcess } from './support/processes';

const hostPath = bundleProcess('extensions/host-process.ts');

/** Nodes that do what a test asks for: `run` of the config is the body of the node's function. */
const MODULE = `
let executions = 0;
const node = (type) => ({ type, parentType: null, function: async (parameters) => {
  executions += 1;
  const { cognigy, config, childConfigs } = parameters;
  const { api, input, context } = cognigy;
  const AsyncFunction = (async () => {}).constructor;
  await new AsyncFunction('api', 'input', 'context', 'config', 'childConfigs', 'executions', 'require', config.run)(
    api, input, context, config, childConfigs, executions, require);
} });
exports.default = {
  nodes: [node('run'), { type: 'branch', parentType: 'run', function: null }],
  connections: [{ type: 'secret', fields: [{ fieldName: 'key' }] }],
};`;

interface Setup {
  runner: ExtensionRunner;
  logBook: LogBook;
}

const open: ExtensionRunner[] = [];
let archive: Awaited<ReturnType<typeof packExtension>>;

async function create(options: Partial<SandboxOptions> = {}): Promise<Setup> {
  const logBook = new LogBook(systemClock);
  const runner = new ExtensionRunner({ ...DEFAULT_OPTIONS, ...options }, hostPath, logBook);
  open.push(runner);
  await runner.upload(archive.file);
  return { runner, logBook };
}

function request(run: string, more: Partial<ExecutionRequest> = {}): ExecutionRequest {
  const config = { run, ...more.config };
  return { type: 'run', nodeId: 'n', childConfigs: [], context: {}, input: {}, profile: {}, ...more, config };
}

beforeAll(async () => {
  archive = await packExtension(MODULE);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((runner) => runner.close()));
});
afterAll(() => archive.remove());

describe('upload', () => {
  it('reads what the package offers', async () => {
    const { runner } = await create();
    expect(await runner.upload(archive.file)).toEqual({
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

  const manifest = (members: object): { 'package.json': string } => ({
    'package.json': JSON.stringify({ name: 'a', version: '1.0.0', main: 'build/module.js', ...members }),
  });
  it.each([
    ['no lock file', { 'package-lock.json': null }, /package-lock.json is missing/],
    ['no README', { 'README.md': null }, /README.md is missing/],
    ['no icon', { 'icon.png': null }, /icon.png is missing/],
    ['an icon of 128x64', { 'icon.png': pngHead(128, 64) }, /64x64/],
    ['an icon of 64x128', { 'icon.png': pngHead(64, 128) }, /64x64/],
    ['an icon that is no PNG', { 'icon.png': 'GIF89a' }, /64x64/],
    ['a scoped name', manifest({ name: '@a/b' }), /without a scope/],
    ['another main', manifest({ main: 'index.js' }), /main must be/],
    ['a module that needs a package', { 'build/module.js': `require('axios')` }, /Cannot find module 'axios'/],
    [
      'a module that needs a package it brings along',
      { 'build/module.js': `require('../node_modules/x/index.js')`, 'node_modules/x/index.js': '' },
      /Cannot find module '..\/node_modules/,
    ],
    ['a module without nodes', { 'build/module.js': 'exports.default = {}' }, /createExtension/],
    [
      'a connection of 11 fields',
      {
        'build/module.js': `exports.default = { nodes: [], connections: [{ type: 'c', fields: Array.from({ length: 11 }, () => ({ fieldName: 'f' })) }] }`,
      },
      /more than 10 fields/,
    ],
  ])('refuses %s', async (_case, files: Record<string, string | Buffer | null>, message) => {
    const { runner } = await create();
    const broken = await packExtension(MODULE, files);
    await expect(runner.upload(broken.file)).rejects.toMatchObject({
      status: 400,
      detail: expect.stringMatching(message) as string,
    });
    await broken.remove();
  });

  it('refuses an archive that is too large or none', async () => {
    const { runner } = await create();
    const strict = new ExtensionRunner({ ...DEFAULT_OPTIONS, maxExtensionBytes: 10 }, hostPath, new LogBook(systemClock));
    await expect(strict.upload(archive.file)).rejects.toThrow(/10 bytes/);
    await expect(runner.upload(__filename)).rejects.toMatchObject({ status: 400 });
  });
});

describe('execution', () => {
  it('records what the node does and changes nothing in place', async () => {
    const { runner, logBook } = await create();
    const context = { kept: 1, list: [1] };
    const result = await runner.execute(
      request(
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
      request(`
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

  const ELEVEN_CALLS = `for (let i = 0; i < 10; i++) api.log('info', 'l'); api.addToContext('after', true, 'simple');`;
  it('refuses the eleventh call', async () => {
    const { runner } = await create();
    const { context, input, apiCalls } = await runner.execute(request(ELEVEN_CALLS));
    expect(apiCalls).toBe(11);
    expect(context).toEqual({});
    expect(input.extensionError).toEqual({ message: expect.stringContaining('10 API calls') as string });
    expect(runner.stats().maxApiCallsPerExecution).toBe(11);
  });

  it('can play an installation that exempts api.log', async () => {
    const { runner } = await create({ logIsExempt: true });
    const { context, apiCalls, extensionError } = await runner.execute(request(ELEVEN_CALLS));
    expect(apiCalls).toBe(1);
    expect(context).toEqual({ after: true });
    expect(extensionError).toBeUndefined();
  });

  it('does not carry out a call with more than 62 KB and lets the rest go on', async () => {
    const { runner } = await create();
    const { context, input } = await runner.execute(
      request(`api.addToContext('fits', 'x'.repeat(62 * 1024 - 2), 'simple');
        api.addToContext('large', 'x'.repeat(62 * 1024 - 1), 'simple'); api.addToContext('after', 1, 'simple');`),
    );
    expect(Object.keys(context)).toEqual(['fits', 'after']);
    expect(input.extensionError).toEqual({ message: expect.stringContaining('63488 bytes') as string });
  });

  it.each([
    ['throws', `throw new Error('broken');`, /broken/],
    ['waits', `await new Promise((resolve) => setTimeout(resolve, 60_000));`, /longer than 300 ms/],
    ['loops', `for (;;) {}`, /longer than 300 ms/],
  ])('leaves the reason in input.extensionError when the node %s', async (_case, run, message) => {
    const { runner } = await create({ extensionTimeoutMs: 300 });
    const result = await runner.execute(request(run, { context: { a: 1 } }));
    expect(result.context).toEqual({ a: 1 });
    expect(result.extensionError?.message).toMatch(message);
    expect(result.input.extensionError).toEqual(result.extensionError);
    expect(runner.stats()).toMatchObject({ executions: 1, failed: 1 });
  });

  it('refuses a node type that no extension has', async () => {
    const { runner } = await create();
    const unknown = { ...request(''), type: 'missing' };
    await expect(runner.execute(unknown)).rejects.toMatchObject({ status: 404 });
  });

  it.each([
    ['fresh' as const, [1, 1, 1]],
    ['kept' as const, [1, 2, 3]],
  ])('plays %s module state', async (moduleState, expected) => {
    const { runner } = await create({ moduleState });
    const seen = [];
    for (let i = 0; i < 3; i++) {
      seen.push((await runner.execute(request(`api.addToContext('n', executions, 'simple');`))).context.n);
    }
    expect(seen).toEqual(expected);
  });

  it('lets executions in a kept process overlap, and recovers from one that loops', async () => {
    const { runner } = await create({ moduleState: 'kept', extensionTimeoutMs: 400 });
    const wait = request(`await new Promise((resolve) => setTimeout(resolve, 200)); api.addToContext('n', executions, 'simple');`);
    const startedAt = Date.now();
    const results = await Promise.all([1, 2, 3, 4].map(() => runner.execute(wait)));
    expect(Date.now() - startedAt).toBeLessThan(600);
    expect(results.map(({ context }) => context.n).sort()).toEqual([1, 2, 3, 4]);
    expect((await runner.execute(request('for (;;) {}'))).extensionError?.message).toMatch(/longer than/);
    expect((await runner.execute(request(`api.addToContext('n', executions, 'simple');`))).context.n).toBe(1);
  });

  it('does not count waiting for a free process as run time', async () => {
    const { runner } = await create({ maxConcurrentExecutions: 1, extensionTimeoutMs: 400 });
    const wait = request(`await new Promise((resolve) => setTimeout(resolve, 250));`);
    const results = await Promise.all([1, 2, 3].map(() => runner.execute(wait)));
    expect(results.map(({ extensionError }) => extensionError)).toEqual([undefined, undefined, undefined]);
  });

  it('gives the process no environment', async () => {
    const { runner } = await create();
    const { context } = await runner.execute(
      request(`api.addToContext('environ', require('fs').readFileSync('/proc/self/environ', 'utf8'), 'simple');`),
    );
    // Node.js itself passes on how to reach the parent.
    const names = String(context.environ).split('\0').map((entry) => entry.split('=')[0]);
    expect(names.filter((name) => !/^(NODE_CHANNEL_.*)?$/.test(name ?? ''))).toEqual([]);
  });
});
