import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';

import type { TokenRecord } from '../../src/lifetime';
import { startAuthorizationServer, startSandbox } from '../../tools/sandbox';
import type { AuthorizationServer, Sandbox } from '../../tools/sandbox';
import { createFlow } from '../../tools/sandbox/demo/flow';
import { DIST } from '../support/artifact-platform';
import { launchChromium } from '../support/chromium.cjs';
import { openedRecord } from '../support/opened-record';
import { until } from '../support/until';
import { CLI, RunningProgram, runProgram } from './support/command-line';
import type { Ended } from './support/command-line';
import { describeWithChromium } from './support/studio';

const CLIENT = { clientId: 'the-client', clientSecret: 'canary-client-secret-c7' };
const API_KEY = 'canary-api-key-a2';
const ENTER = '\r';
const [CONFIG, ENV] = ['access-token.json', 'access-token.env'];

let sandbox: Sandbox;
let server: AuthorizationServer;
let browser: Browser;
let page: Page;
let folder: string;
/** What every command has printed, and what it has started other programs with. */
let seen = '';
const codes: string[] = [];

/** Answers `init` as a user does. */
async function init(): Promise<void> {
  const answers = [
    ['Project id', sandbox.projectId],
    ['URL of the Cognigy API', sandbox.apiUrl],
    ['API key', API_KEY],
    ['Token URL', server.tokenUrl],
    ['Client ID', CLIENT.clientId],
    ['Client secret', CLIENT.clientSecret],
    ['Scope', 'hello'],
    ['Audience', ''],
    ['lives 1 h (3600 s)', ''],
    ['Where is the token kept', ''],
    ['Where do Endpoints answer', sandbox.endpointUrl('')],
    ['Write the secrets', ''],
  ] as const;
  const program = new RunningProgram([CLI, 'init'], { cwd: folder, terminal: true });
  for (const [question, typed] of answers) {
    await program.expect(question);
    program.type(typed + ENTER);
  }
  expect((await program.ended).code).toBe(0);
}

function start(...args: string[]): RunningProgram {
  const PATH = [folder, process.env['PATH']].join(delimiter);
  return new RunningProgram([CLI, 'authorize', ...args], { cwd: folder, env: { PATH, OPENED: path('opened') } });
}

async function endOf(program: RunningProgram): Promise<Ended> {
  const ended = await program.ended;
  seen += ended.out + ended.err;
  return ended;
}

/** The address that the program gave to the platform's opener, the way a browser gets it. */
async function opened(): Promise<string> {
  const file = path('opened');
  await until('the browser is opened', () => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
  const address = readFileSync(file, 'utf8');
  rmSync(file);
  seen += address;
  return address.trim();
}

/** Signs in where that is asked for, and does what the user decides. */
async function decide(address: string, decision: 'consent' | 'deny'): Promise<void> {
  await page.goto(address);
  await page.locator('button').first().waitFor();
  if ((await page.locator('#login').count()) > 0) await page.click('#login');
  await page.click(`#${decision}`);
}

/** Consents, and ends where the browser would be sent to: on another machine, nobody listens there. */
async function consentElsewhere(address: string): Promise<string> {
  await page.goto(address);
  const action = await page.locator('form:has(#consent)').getAttribute('action');
  let next = new URL(action ?? '', server.issuer).href;
  for (let method = 'POST'; next.startsWith(server.issuer); method = 'GET') {
    const response = await page.context().request.fetch(next, { method, maxRedirects: 0 });
    next = new URL(response.headers()['location'] ?? '', next).href;
  }
  return next;
}

async function authorize(...args: string[]): Promise<Ended> {
  const program = start(...args);
  await decide(await opened(), 'consent');
  await page.getByRole('heading', { name: 'The answer has arrived' }).waitFor();
  codes.push(new URL(page.url()).searchParams.get('code') ?? '');
  return endOf(program);
}

const path = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(path(name), 'utf8');
const variables = (): Record<string, string> =>
  Object.fromEntries([...text(ENV).matchAll(/^(\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [name, value]));

function stored(): TokenRecord | undefined {
  const found = Object.entries(sandbox.sessionStorage.dump()).find(([key]) => (JSON.parse(key) as string[])[2] === 'record:accessToken');
  return openedRecord(found?.[1]['record'], 'accessToken', variables()['ENDPOINT_SECRET'] ?? '');
}

async function settle(): Promise<void> {
  await until('all writes have landed', () => sandbox.sessionStorage.pendingWrites === 0);
}

interface Lock {
  flowId: string;
  urlToken: string;
  connectionIds: Record<string, string>;
}

/** Builds the bot's Flow with the connections that deploy has made. */
function buildBot(): void {
  const { flowId, connectionIds } = JSON.parse(text('access-token.lock.json')) as Lock;
  const connections = { oauth2: connectionIds['Access Token OAuth2 accessToken'] ?? '', store: connectionIds['Access Token Store'] ?? '' };
  sandbox.setFlow(flowId, createFlow(server.apiUrl, connections, 90));
}

/** What the bot answers in a new conversation. */
async function askBot(sessionId: string): Promise<string> {
  const { urlToken } = JSON.parse(text('access-token.lock.json')) as Lock;
  const response = await fetch(sandbox.endpointUrl(urlToken), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId: 'user', sessionId, text: 'hello' }),
  });
  await settle();
  return ((await response.json()) as { text: string }).text;
}

async function revoke(token: string): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString('base64')}`;
  const { status } = await fetch(server.revocationUrl, { method: 'POST', headers: { authorization }, body: new URLSearchParams({ token }) });
  expect(status).toBe(200);
}

describeWithChromium('authorize', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'access-token-authorize-'));
    writeFileSync(path('xdg-open'), '#!/bin/sh\nprintf "%s\\n" "$*" > "$OPENED"\n');
    chmodSync(path('xdg-open'), 0o755);
    [sandbox, server, browser] = await Promise.all([
      startSandbox({ apiKey: API_KEY, functionStartupDelayMs: 0, extensionHostPath: join(DIST, 'extension-host.js') }),
      startAuthorizationServer({ ...CLIENT, accessTokenLifetimeSeconds: 3600 }),
      launchChromium(),
    ]);
    page = await browser.newPage();
    await init();
    const config = JSON.parse(text(CONFIG)) as { tokens: Record<string, unknown>[] };
    Object.assign(config.tokens[0] ?? {}, { issuer: server.issuer });
    writeFileSync(path(CONFIG), `${JSON.stringify(config, null, 2)}\n`);
  });

  afterAll(async () => {
    RunningProgram.killAll();
    await Promise.all([browser.close(), sandbox.close(), server.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  test('a consent that is denied, and one that nobody waits for, change nothing', async () => {
    const before = [text(CONFIG), text(ENV)];
    const program = start();
    await decide(await opened(), 'deny');
    await page.getByRole('heading', { name: 'This did not work' }).waitFor();
    const { code, err } = await endOf(program);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('The consent was denied (access_denied: The user has denied it).') as string });
    const another = start();
    await opened();
    another.signal('SIGINT');
    expect(await endOf(another)).toMatchObject({ code: 130, err: expect.stringContaining('Cancelled: nothing was written.') as string });
    expect([text(CONFIG), text(ENV)]).toEqual(before);
  });

  test('init, authorize, deploy: the bot answers', async () => {
    const { code, err, out } = await authorize();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('There is no shared store yet');
    expect(variables()['REFRESH_TOKEN']).toMatch(/^[\w-]{20,}$/);
    expect(statSync(path(ENV)).mode & 0o777).toBe(0o600);
    expect((JSON.parse(text(CONFIG)) as { tokens: object[] }).tokens[0]).toMatchObject({ refreshToken: '${REFRESH_TOKEN}' });
    const deployed = await runProgram(['deploy', '--config', CONFIG], { cwd: folder, env: variables() });
    expect({ code: deployed.code, err: deployed.err }).toEqual({ code: 0, err: '' });
    seen += deployed.out;
    buildBot();
    expect(await askBot('first')).toMatch(/^status: 200/);
  });

  test('when the refresh token has ended, authorize alone mends it', async () => {
    await revoke(stored()?.token.refresh_token ?? '');
    await server.revokeAll();
    expect(await askBot('second')).toMatch(/^status: 401/);
    expect(await authorize()).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Bots that use it go on at once') as string });
    await settle();
    expect(stored()).toMatchObject({ grant: 'authorization_code', token: { refresh_token: variables()['REFRESH_TOKEN'] } });
    expect(await askBot('third')).toBe('status: 200, source: store');
    // The chain and the bots refresh with it: the one that is still configured in the connection does not count as a newer one.
    await server.revokeAll();
    expect(await askBot('fourth')).toMatch(/^status: 200/);
    expect(stored()).toMatchObject({ grant: 'refresh_token' });
  });

  test('the browser of another machine consents: its address is pasted', async () => {
    const terminal = new RunningProgram([CLI, 'authorize', '--no-browser'], { cwd: folder, terminal: true });
    await terminal.expect('Ctrl+C cancels.');
    const [, address = ''] = /\n\n(http\S+)\n\n/.exec(terminal.out) ?? [];
    const redirect = await consentElsewhere(address);
    terminal.type(`what is this?${ENTER}`);
    await terminal.expect('That is not the right address');
    terminal.type(`${redirect}${ENTER}`);
    const { code, err } = await endOf(terminal);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    codes.push(new URL(redirect).searchParams.get('code') ?? '');
    await settle();
    expect(stored()).toMatchObject({ grant: 'authorization_code' });
  });

  test('another device consents, and deploy follows', async () => {
    const program = start('--device', '--deploy');
    await until('the code is shown', () => /enter the code \S+\n/.test(program.out));
    const [, address = '', code = ''] = /Open (\S+) on any device.*enter the code (\S+)\n/.exec(program.out) ?? [];
    expect(program.out).toMatch(/[▀▄█]{10}/);
    await page.goto(address);
    await page.fill('input[name=user_code]', code);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('should be displayed on your device').waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.click('#consent');
    await page.getByRole('heading', { name: 'Sign-in Success' }).waitFor();
    const ended = await endOf(program);
    expect({ code: ended.code, err: ended.err }).toEqual({ code: 0, err: '' });
    expect(ended.out).toContain('changes made.');
    await settle();
    expect(await askBot('fifth')).toMatch(/^status: 200/);
  });

  test('no secret is on the screen, in an argument, or in any other file', () => {
    const secrets = [...codes, ...Object.values(variables()), stored()?.token.access_token ?? '', stored()?.token.refresh_token ?? ''];
    expect(codes).toHaveLength(3);
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(8);
      expect(seen).not.toContain(secret);
      for (const name of readdirSync(folder).filter((one) => one !== ENV)) expect(text(name)).not.toContain(secret);
    }
  });
});
