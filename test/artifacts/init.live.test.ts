import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { startAuthorizationServer, startSandbox } from '../../tools/sandbox';
import type { AuthorizationServer, Sandbox } from '../../tools/sandbox';
import { DIST } from '../support/artifact-platform';
import { LoopbackServer } from '../support/loopback-server';
import { CLI, runProgram, RunningProgram } from './support/command-line';
import type { Ended } from './support/command-line';
import { until } from '../support/until';

const CANARIES = {
  apiKey: 'canary-api-key-7a10',
  clientSecret: "canary-client+secret's-8b21",
  wrongSecret: 'canary-wrong-secret-9c32',
};
const ENTER = '\r';
const CTRL_C = '\u0003';
const DOWN = '\u001b[B';
const [CONFIG, ENV] = ['access-token.json', 'access-token.env'];

let sandbox: Sandbox;
let server: AuthorizationServer;
let folder: string;

beforeAll(async () => {
  const { apiKey, clientSecret } = CANARIES;
  [sandbox, server] = await Promise.all([
    startSandbox({ apiKey, functionStartupDelayMs: 0, extensionHostPath: join(DIST, 'extension-host.js') }),
    startAuthorizationServer({ clientId: 'the-client', clientSecret, accessTokenLifetimeSeconds: 900 }),
  ]);
});
afterAll(() => Promise.all([sandbox.close(), server.close()]));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-init-'));
});
afterEach(() => {
  RunningProgram.killAll();
  rmSync(folder, { recursive: true, force: true });
});

type Answers = readonly (readonly [question: string, typed: string])[];

/** What is typed at each question where nothing goes wrong. */
function answers(): [string, string][] {
  return [
    ['Project id', sandbox.projectId],
    ['URL of the Cognigy API', sandbox.apiUrl],
    ['API key', CANARIES.apiKey],
    ['Token URL', server.tokenUrl],
    ['Client ID', 'the-client'],
    ['Client secret', CANARIES.clientSecret],
    ['Scope', ''],
    ['Audience', ''],
    ['lives 15 min (900 s)', ''],
    ['Where is the token kept', ''],
    ['Where do Endpoints answer', sandbox.endpointUrl('')],
    ['Write the secrets', ''],
  ];
}

/** Types the answers, each one after its question has come: a question listens before it is drawn. */
async function type(given: Answers, program: RunningProgram): Promise<void> {
  for (const [question, typed] of given) {
    await program.expect(question);
    program.type(typed === CTRL_C ? CTRL_C : typed + ENTER);
  }
}

/** Runs `init` with these answers. */
async function talk(given: Answers): Promise<Ended> {
  const program = new RunningProgram([CLI, 'init'], { cwd: folder, terminal: true });
  await type(given, program);
  const ended = await program.ended;
  for (const canary of Object.values(CANARIES)) expect(ended.out + ended.err).not.toContain(canary);
  return ended;
}

const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

test('from nothing to a running chain: init, the command that it shows, status', async () => {
  const { code, out, err } = await talk(answers());
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(readdirSync(folder).sort()).toEqual([ENV, CONFIG]);
  for (const name of [CONFIG, ENV]) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  for (const canary of Object.values(CANARIES)) expect(text(CONFIG)).not.toContain(canary);
  const endpointSecret = /^ENDPOINT_SECRET='([\w-]{43})'$/m.exec(text(ENV))?.[1] ?? '';
  expect(endpointSecret).not.toBe('');

  const [program = '', ...deploy] = /Next: node (.*)/.exec(out)?.[1]?.split(' ') ?? [];
  expect(resolve(folder, program)).toBe(CLI);
  expect(deploy).toEqual(['deploy']);
  const run = (...args: string[]) => runProgram(args, { cwd: folder });
  const deployed = await run(...deploy);
  expect(deployed).toMatchObject({ code: 0, err: '' });
  const look = () => run('status');
  let status = await look();
  await until('the chain keeps a token', async () => {
    if (status.code !== 0) status = await look();
    return status.code === 0;
  });
  expect(status).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Healthy.') as string });
  const shown = out + deployed.out + status.out;
  for (const secret of [endpointSecret, ...Object.values(CANARIES)]) expect(shown).not.toContain(secret);
});

test('with --provider only what differs between its users is asked for, and the token in its way', async () => {
  const given = answers();
  // Nothing is reached from here: no proxy listens on that port.
  const env = { HTTPS_PROXY: 'http://127.0.0.1:9' };
  const program = new RunningProgram([CLI, 'init', '--provider', 'zoom'], { cwd: folder, terminal: true, env });
  await type(
    [
      ...given.slice(0, 3),
      ['Account ID', 'acc-1'],
      ['Client ID', 'the-client'],
      ['Client secret', CANARIES.clientSecret],
      // The secret is suspected; two further down is to go on all the same.
      ['What now', `${DOWN}${DOWN}`],
      ['at what percent', ''],
      ...given.slice(-3),
    ],
    program,
  );
  const { code, out, err } = await program.ended;
  expect(out).toContain('token_endpoint_unreachable: ');
  expect(out).not.toContain(CANARIES.clientSecret);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const [token] = (JSON.parse(text(CONFIG)) as { tokens: { customRequest: object }[] }).tokens;
  expect(token?.customRequest).toMatchObject({ url: 'https://zoom.us/oauth/token', username: 'the-client', secret: '${CLIENT_SECRET}' });
  expect(text(ENV)).toContain(`CLIENT_SECRET="${CANARIES.clientSecret}"`);
});

test('a secret that is refused is entered again', async () => {
  const given = answers();
  const at = given.findIndex(([question]) => question === 'Client secret');
  const { code, out } = await talk([
    ...given.slice(0, at),
    ['Client secret', CANARIES.wrongSecret],
    ...given.slice(at + 1, at + 3),
    // What is suspected is chosen already.
    ['What now', ''],
    ['Client secret', CANARIES.clientSecret],
    ...given.slice(at + 3),
  ]);
  expect(code).toBe(0);
  expect(out).toContain('invalid_client: ');
  expect(text(ENV)).toContain(`CLIENT_SECRET="${CANARIES.clientSecret}"`);
});

test("an API key that is refused is entered again; a project's address is pasted; what a killed run left is removed", async () => {
  const given = answers();
  writeFileSync(join(folder, `${ENV}.0123abcd.tmp`), CANARIES.clientSecret);
  writeFileSync(join(folder, ENV), 'MINE="one\n\nCLIENT_SECRET=two"\n');
  const { code, out } = await talk([
    ['Project id', `https://bots.example.com/project/${sandbox.projectId}/agent`],
    ['URL of the Cognigy API', 'https://trial.cognigy.ai'],
    ['https://api-trial.cognigy.ai', `\u0015${sandbox.apiUrl}`],
    ['API key (My Profile', CANARIES.wrongSecret],
    ['What now', ''],
    // The menu speaks of the API key as well.
    ['API key (My Profile', CANARIES.apiKey],
    ...given.slice(3),
  ]);
  expect(code).toBe(0);
  expect(out).toContain('api_key_refused: ');
  expect(JSON.parse(text(CONFIG))).toMatchObject({ projectId: sandbox.projectId, apiUrl: sandbox.apiUrl });
  expect(text(ENV)).toContain('MINE="one\n\nCLIENT_SECRET=two"\nCOGNIGY_API_KEY=');
  expect(readdirSync(folder).sort()).toEqual([ENV, CONFIG]);
});

test('what is wrong is said at once, and answered anew', async () => {
  const given = answers();
  const anew: Answers = [['Project id', 'my project'], ['must be the id of the project', '\u0015p1'], ...given.slice(1, 2), ['API key', CTRL_C]];
  const { out } = await talk(anew);
  expect(out).toContain('letters, digits');
});

test.each([0, 2, 5, 8, 11])('Ctrl+C at question %d: nothing is written, exit code 130', async (count) => {
  const given = answers().slice(0, count + 1);
  given[count]?.splice(1, 1, CTRL_C);
  const { code, out } = await talk(given);
  expect(code).toBe(130);
  expect(out).toContain('Nothing was written.');
  expect(readdirSync(folder)).toEqual([]);
});

test('Ctrl+C while the token endpoint is silent ends the program at once, and nothing is written', async () => {
  const silent = await LoopbackServer.start();
  silent.answer = () => undefined;
  try {
    const program = new RunningProgram([CLI, 'init'], { cwd: folder, terminal: true });
    const given = answers().map(([question, typed]) => [question, question === 'Token URL' ? silent.url : typed] as const);
    await type(given.slice(0, 8), program);
    await program.expect('Asking the token endpoint');
    // A terminal that is not in raw mode turns Ctrl+C into this.
    program.signal('SIGINT');
    expect((await program.ended).code).not.toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    await silent.stop();
  }
});

test('a configuration that is there stays, unless the user says so', async () => {
  writeFileSync(join(folder, CONFIG), '{}');
  expect(await talk([['exists. Replace it?', '']])).toMatchObject({ code: 1 });
  expect(text(CONFIG)).toBe('{}');
});

test('not on a terminal it says so', async () => {
  expect(await runProgram(['init'], { cwd: folder })).toEqual({
    code: 2,
    out: '',
    err: expect.stringContaining('run it on a terminal') as string,
  });
});

test('a folder that is not there is no place for a configuration', async () => {
  const program = new RunningProgram([CLI, 'init', '--config', 'nowhere/x.json'], { cwd: folder, terminal: true });
  expect(await program.ended).toEqual({ code: 2, out: '', err: 'The folder nowhere does not exist.\n' });
});
