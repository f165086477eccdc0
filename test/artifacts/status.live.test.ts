import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { run } from '../../tools/cli/program';
import type { StatusReport } from '../../tools/cli/status/report';
import { nodeTransport } from '../../src/http/node-transport';
import { ArtifactPlatform, DIST, renderArtifact } from '../support/artifact-platform';
import { CLI, runProgram, RunningProgram } from './support/command-line';
import type { Ended } from './support/command-line';
import { until } from '../support/until';

const CANARIES = {
  clientSecret: 'canary-client-secret-0d',
  endpointSecret: 'canary-endpoint-secret-1e',
  apiKey: 'canary-api-key-2f',
};

let platform: ArtifactPlatform;
let folder: string;
let functionId: string;
let settings: Record<string, unknown>;

beforeAll(async () => {
  const { clientSecret, endpointSecret, apiKey } = CANARIES;
  folder = mkdtempSync(join(tmpdir(), 'access-token-status-'));
  platform = await ArtifactPlatform.start({
    sandbox: { apiKey, functionStartupDelayMs: 0 },
    // The chain only sleeps after its first refresh.
    server: { clientSecret, accessTokenLifetimeSeconds: 3600 },
    endpointSecret,
  });
  const { sandbox, server, storeUrl } = platform;
  functionId = sandbox.createFunction({ name: 'chain', code: 'export default async () => {}' });
  const { clientId } = server.client;
  settings = {
    tokens: [{ tokenUrl: server.tokenUrl, clientId, clientSecret }],
    storeUrl,
    endpointSecret,
    apiUrl: sandbox.apiUrl,
    apiKey,
    functionId,
  };
  sandbox.updateFunction(functionId, { code: renderArtifact('function', settings) });
});

afterEach(() => RunningProgram.killAll());

afterAll(async () => {
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
});

function configurationFile(changes: Record<string, unknown> = {}): string {
  const file = join(folder, 'access-token.json');
  writeFileSync(file, JSON.stringify({ ...settings, ...changes }), { mode: 0o600 });
  return file;
}

/** Runs `status` from its sources; whatever comes of it, no secret and no token is shown. */
async function status(changes: Record<string, unknown> = {}, ...options: string[]): Promise<Ended> {
  const ended: Ended = { code: null, out: '', err: '' };
  ended.code = await run(['status', '--config', configurationFile(changes), ...options], {
    env: {},
    templates: DIST,
    print: (text) => (ended.out += text),
    complain: (text) => (ended.err += text),
    program: 'access-token',
    isTerminal: false,
    now: () => Date.now(),
    sleep: () => Promise.resolve(),
    transport: nodeTransport,
  });
  expectNoSecret(ended);
  return ended;
}

function expectNoSecret({ out, err }: Ended): void {
  const tokens = [platform.record()?.token.access_token].filter((token) => token !== undefined);
  for (const secret of [...Object.values(CANARIES), ...tokens]) expect(out + err).not.toContain(secret);
}

async function report(changes?: Record<string, unknown>): Promise<StatusReport> {
  const { code, out, err } = await status(changes, '--json');
  expect(err).toBe('');
  const read = JSON.parse(out) as StatusReport;
  expect(read.exitCode).toBe(code);
  return read;
}

/** Starts the chain, and waits until it has fetched the token and sleeps. */
async function startChain(): Promise<void> {
  platform.sandbox.triggerFunction(functionId);
  await until('the first hop has handed over to one that sleeps', () => {
    const states = platform.sandbox.functionInstances(functionId).map(({ status }) => status);
    return states.join() === 'done,active';
  });
  await platform.storageSettled();
}

test('before the chain is started, that is what is wrong', async () => {
  const { exitCode, findings } = await report();
  expect(exitCode).toBe(1);
  expect(findings.map(({ code }) => code)).toEqual(['token_missing', 'chain_never_ran', 'no_instance']);
});

describe('with a chain at work', () => {
  beforeAll(startChain);

  test('all is told, and nothing is disturbed', async () => {
    const before = JSON.stringify(platform.sandbox.sessionStorage.dump());
    const requests = await platform.tokenRequests();
    expect(await report()).toMatchObject({
      verdict: 'healthy',
      exitCode: 0,
      tokens: [{ tokenName: 'accessToken', state: 'valid', version: 1, refreshPercent: 90 }],
      chain: { state: 'on_time' },
      function: { state: 'running', functionId, active: 1, queued: 0 },
      findings: [],
    });
    await platform.storageSettled();
    expect(JSON.stringify(platform.sandbox.sessionStorage.dump())).toBe(before);
    expect(await platform.tokenRequests()).toBe(requests);
  });

  test('in a pipe it is plain text', async () => {
    const ended = await runProgram(['status', '--config', configurationFile()]);
    expectNoSecret(ended);
    const { code, out } = ended;
    expect(code).toBe(0);
    expect(out).toMatch(/^Token accessToken: valid, version 1\n {2}#*-+\|-+ {3}\d %\n/);
    expect(out).not.toMatch(/[^\n\u0020-\u007e]/);
  });

  test.each<[string, Record<string, string>, string, RegExp]>([
    ['in colour', {}, '\u001b[32mHealthy.\u001b[39m', /░┃░/],
    ['without colour', { NO_COLOR: '1' }, '\nHealthy.\n', /░┃░/],
    ['on one that knows no more, in plain text', { TERM: 'dumb' }, '\nHealthy.\n', /-\|-/],
  ])('on a terminal it is drawn %s', async (_, env, verdict, bar) => {
    const args = [CLI, 'status', '--config', configurationFile()];
    const ended = await new RunningProgram(args, { env, terminal: true }).ended;
    expect(ended.code).toBe(0);
    expect(ended.out).toContain(verdict);
    expect(ended.out).toMatch(bar);
    expectNoSecret(ended);
  });

  test('--watch adds lines in a pipe, until Ctrl+C', async () => {
    const program = new RunningProgram([CLI, 'status', '--config', configurationFile(), '--watch', '1']);
    await program.expect('healthy: ');
    await program.expect('healthy: ');
    program.signal('SIGINT');
    const { code, out } = await program.ended;
    expect(code).toBe(0);
    for (const line of out.trimEnd().split('\n')) expect(line).toMatch(/healthy: /);
  });

  test('--watch draws anew on a terminal, and leaves the last picture there', async () => {
    const program = new RunningProgram([CLI, 'status', '--config', configurationFile(), '--watch'], { terminal: true });
    await program.expect('Every 5 s; Ctrl+C ends.');
    program.signal('SIGINT');
    const { code, out } = await program.ended;
    expect(code).toBe(0);
    expect(stripVTControlCharacters(out).trimEnd()).toMatch(/Healthy\.\nEvery 5 s; Ctrl\+C ends\.$/);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['a wrong API key', { apiKey: 'canary-api-key-2f-wrong' }, 'api_key_refused'],
    ['a wrong Endpoint secret', { endpointSecret: 'canary-endpoint-secret-1e-wrong' }, 'invalid_endpoint_secret'],
    ['a store that is not there', { storeUrl: 'http://127.0.0.1:9/x' }, 'store_unreachable'],
    ['an API that is not there', { apiUrl: 'http://127.0.0.1:9' }, 'api_unreachable'],
    ['no store', { storeUrl: undefined }, 'store_not_named'],
    ['no Function', { functionId: undefined }, 'function_not_named'],
  ])("%s: can't tell", async (_, changes, code) => {
    const { exitCode, findings } = await report(changes);
    expect(exitCode).toBe(2);
    expect(findings).toMatchObject([{ level: 'unknown', code }]);
  });

  test('a management API that fails once is asked again, one that stays so is an obstacle', async () => {
    const { management } = platform.sandbox;
    const fault = { method: 'GET', path: '/functions/*/instances', status: 503 };
    management.setFault(fault);
    expect(await report()).toMatchObject({ exitCode: 0 });
    management.setFault({ ...fault, times: 10 });
    expect(await report()).toMatchObject({ exitCode: 2, findings: [{ code: 'api_unavailable' }] });
    management.clearFaults();
  });

  test('a token that nobody refreshed in time', async () => {
    const token = await platform.issueToken();
    await platform.seed({ ...token, expires_in: 60 }, platform.nowInSeconds - 100);
    const { exitCode, tokens, findings } = await report();
    expect(exitCode).toBe(1);
    expect(tokens).toMatchObject([{ state: 'expired', version: 2, lifePercent: 100 }]);
    expect(findings.map(({ code }) => code)).toEqual(['token_expired']);
  });

  test('an instance that was stopped', async () => {
    await platform.seed(await platform.issueToken(), platform.nowInSeconds);
    for (const { _id, status: state } of platform.sandbox.functionInstances(functionId)) {
      if (state === 'active') platform.sandbox.functions.stop(functionId, _id);
    }
    const { verdict, exitCode, function: seen, findings } = await report();
    expect({ verdict, exitCode }).toEqual({ verdict: 'degraded', exitCode: 0 });
    expect((await status({}, '--strict')).code).toBe(1);
    expect(seen).toMatchObject({ state: 'stopped', active: 0, lastError: { message: 'stopped' } });
    expect(findings.map(({ code }) => code)).toEqual(['no_instance', 'instance_failed']);
  });
});

describe('what is no configuration', () => {
  test.each([
    ['no file', ['--config', '/nowhere/x.json'], 'There is no /nowhere/x.json.'],
    ['none in the working directory', [], 'There is no access-token.json in this folder.'],
  ])('%s', async (_, args, message) => {
    const { code, out, err } = await runProgram(['status', ...args], { cwd: DIST });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });
});
