import type { ExtensionHost, StartExtensionHost } from '../../tools/sandbox/extensions/host';
import type { HostAnswer } from '../../tools/sandbox/extensions/protocol';
import { ExtensionRunner } from '../../tools/sandbox/extensions/runner';
import { LogBook } from '../../tools/sandbox/log-book';
import { DEFAULT_OPTIONS, type SandboxOptions } from '../../tools/sandbox/options';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { inVirtualTime } from '../support/virtual-time';
import { packExtension, pngHead } from './support/extension-archive';
import { startInProcess } from './support/in-process-host';
import { requestTo, RUNNING_EXTENSION } from './support/running-extension';

const open: ExtensionRunner[] = [];
let archive: Awaited<ReturnType<typeof packExtension>>;

interface Setup {
  runner: ExtensionRunner;
  clock: VirtualClock;
}

function create(options: Partial<SandboxOptions> = {}, startHost: StartExtensionHost = startInProcess): Setup {
  const clock = new VirtualClock();
  const runner = new ExtensionRunner({ ...DEFAULT_OPTIONS, ...options }, startHost, new LogBook(clock), clock);
  open.push(runner);
  return { runner, clock };
}

async function createUploaded(...given: Parameters<typeof create>): Promise<Setup> {
  const setup = create(...given);
  await setup.runner.upload(archive.file);
  return setup;
}

beforeAll(async () => {
  archive = await packExtension(RUNNING_EXTENSION);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((runner) => runner.close()));
});
afterAll(() => archive.remove());

describe('upload', () => {
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
    const { runner } = create();
    const broken = await packExtension(RUNNING_EXTENSION, files);
    await expect(runner.upload(broken.file)).rejects.toMatchObject({
      status: 400,
      detail: expect.stringMatching(message) as string,
    });
    await broken.remove();
  });

  it('refuses an archive that is too large or none', async () => {
    await expect(create({ maxExtensionBytes: 10 }).runner.upload(archive.file)).rejects.toThrow(/10 bytes/);
    await expect(create().runner.upload(__filename)).rejects.toMatchObject({ status: 400 });
  });
});

describe('execution', () => {
  const ELEVEN_CALLS = `for (let i = 0; i < 10; i++) api.log('info', 'l'); api.addToContext('after', true, 'simple');`;
  it('refuses the eleventh call', async () => {
    const { runner } = await createUploaded();
    const { context, input, apiCalls } = await runner.execute(requestTo(ELEVEN_CALLS));
    expect(apiCalls).toBe(11);
    expect(context).toEqual({});
    expect(input.extensionError).toEqual({ message: expect.stringContaining('10 API calls') as string });
    expect(runner.stats().maxApiCallsPerExecution).toBe(11);
  });

  it('can play an installation that exempts api.log', async () => {
    const { runner } = await createUploaded({ logIsExempt: true });
    const { context, apiCalls, extensionError } = await runner.execute(requestTo(ELEVEN_CALLS));
    expect(apiCalls).toBe(1);
    expect(context).toEqual({ after: true });
    expect(extensionError).toBeUndefined();
  });

  it('does not carry out a call with more than 62 KB and lets the rest go on', async () => {
    const { runner } = await createUploaded();
    const { context, input } = await runner.execute(
      requestTo(`api.addToContext('fits', 'x'.repeat(62 * 1024 - 2), 'simple');
        api.addToContext('large', 'x'.repeat(62 * 1024 - 1), 'simple'); api.addToContext('after', 1, 'simple');`),
    );
    expect(Object.keys(context)).toEqual(['fits', 'after']);
    expect(input.extensionError).toEqual({ message: expect.stringContaining('63488 bytes') as string });
  });

  it('leaves what a node throws in input.extensionError', async () => {
    const { runner } = await createUploaded();
    const result = await runner.execute(requestTo(`throw new Error('broken');`, { context: { a: 1 } }));
    expect(result.context).toEqual({ a: 1 });
    expect(result.extensionError).toEqual({ message: 'broken' });
    expect(result.input.extensionError).toEqual(result.extensionError);
    expect(runner.stats()).toMatchObject({ executions: 1, failed: 1 });
  });

  it('refuses a node type that no extension has', async () => {
    const { runner } = await createUploaded();
    const unknown = { ...requestTo(''), type: 'missing' };
    await expect(runner.execute(unknown)).rejects.toMatchObject({ status: 404 });
  });
});

describe('the time limit', () => {
  /** Hosts in which an execution takes 250 ms of the clock. */
  const slowHosts = (clock: () => VirtualClock): StartExtensionHost => (onConsole) => {
    const host = startInProcess(onConsole);
    const ask: ExtensionHost['ask'] = async (command) => {
      const answer = await host.ask(command);
      if (command.kind !== 'execute') return answer;
      return new Promise<HostAnswer>((resolve) => void clock().setTimeout(() => resolve(answer), 250));
    };
    return { ready: host.ready, isGone: false, ask, kill: () => host.kill() };
  };

  it.each([
    [251, 250, undefined],
    [249, 249, { message: 'the execution took longer than 249 ms' }],
  ])('of %i ms ends an execution of 250 ms after %i: %j', async (extensionTimeoutMs, durationMs, extensionError) => {
    const setup: Setup = await createUploaded({ extensionTimeoutMs }, slowHosts(() => setup.clock));
    const result = await inVirtualTime(setup.clock, setup.runner.execute(requestTo('')));
    expect(result.extensionError).toEqual(extensionError);
    expect(result.durationMs).toBe(durationMs);
  });

  it('does not count waiting for a free process', async () => {
    const options = { maxConcurrentExecutions: 1, extensionTimeoutMs: 400 };
    const setup: Setup = await createUploaded(options, slowHosts(() => setup.clock));
    const startedAt = setup.clock.now();
    const executions = Promise.all([1, 2, 3].map(() => setup.runner.execute(requestTo(''))));
    const results = await inVirtualTime(setup.clock, executions);
    expect(results.map(({ extensionError }) => extensionError)).toEqual([undefined, undefined, undefined]);
    expect(setup.clock.now() - startedAt).toBe(750);
  });
});
