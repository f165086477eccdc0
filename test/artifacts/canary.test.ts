import type { FunctionInstance } from '../../tools/sandbox';
import { renderArtifact } from '../support/artifact-platform';
import type { NodeOutcome } from '../support/artifact-platform';
import { InProcessPlatform } from '../support/in-process-platform';

/** Values that must never be shown, each found again by its own words. "&", "+" and "%" change when form-encoded. */
const CANARIES = {
  clientSecret: 'canary client+secret&7f3a%2',
  endpointSecret: 'canary-endpoint-secret-91bc',
  apiKey: 'canary-api-key-c04d',
};
const LIFETIME_SECONDS = 4;

let platform: InProcessPlatform;
let functionId: string;
const outcomes: NodeOutcome[] = [];
const accessTokens = new Set<string>();
const refreshTokens = new Set<string>();

/** A secret in every form in which it goes over the wire: as it is, form-encoded, and in Basic credentials. */
function formsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret).replace(/%20/g, '+');
  const basic = Buffer.from(`${platform.server.client.clientId}:${encoded}`).toString('base64');
  return [secret, encoded, basic];
}

async function run(type: string, config: object, start?: { context?: object }): Promise<NodeOutcome> {
  const outcome = await platform.run(type, config, start);
  outcomes.push(outcome);
  collectTokens();
  return outcome;
}

function collectTokens(): void {
  for (const { result } of outcomes) if (result.error === undefined) accessTokens.add(result.access_token);
  const token = platform.record()?.token;
  if (token === undefined) return;
  accessTokens.add(token.access_token);
  if (token.refresh_token !== undefined) refreshTokens.add(token.refresh_token);
}

/** An error answer that repeats what it was sent, as a careless server does. */
function echo(...secrets: string[]): { status: number; body: string } {
  const error_description = secrets.flatMap(formsOf).join(' and ');
  return { status: 400, body: JSON.stringify({ error: 'invalid_request', error_description, ...CANARIES }) };
}

async function withFailures(config: Record<string, unknown>, refreshToken: string): Promise<void> {
  const { server, sandbox, storeUrlToken } = platform;
  const first = await run('getAccessToken', config);
  // A token that is due (at 1 % of its life) and valid is handed out with a warning, which is logged.
  sandbox.setFault(storeUrlToken, { status: 500 });
  await run('getAccessToken', { ...config, refreshPercent: 1 }, { context: first.execution.context });
  sandbox.clearFault(storeUrlToken);
  const rejectedToken = first.result.access_token;
  const failing = { ...config, rejectedToken, reuseInConversation: false };
  const faults = [
    { answer: echo(CANARIES.clientSecret, refreshToken) },
    { answer: { status: 302, headers: { location: `https://x.example/?secret=${CANARIES.clientSecret}` } } },
    { down: true },
    { down: 'refuse' as const },
  ];
  for (const [index, fault] of faults.entries()) {
    await server.setFault(fault);
    // A name for each: the note of one failure keeps the next try away.
    await run('refreshIfExpiring', { ...failing, tokenName: `failing ${index}` });
  }
  await server.clearFault();
  for (const fault of [{ status: 500 }, { dropConnection: true }]) {
    sandbox.setFault(storeUrlToken, fault);
    await run('getAccessToken', failing);
  }
  sandbox.clearFault(storeUrlToken);
  const endpointConnection = platform.storeConnection({ endpointSecret: `${CANARIES.endpointSecret}-wrong` });
  await run('getAccessToken', { ...failing, endpointConnection });
  await run('getAccessToken', { ...failing, connection: platform.connection({ extraParameters: CANARIES.clientSecret }) });
  await platform.postToStore({ endpointSecret: CANARIES.endpointSecret, tokenStore: { op: 'commit', record: {} } });
  await platform.postToStore({ tokenStore: { op: 'read', tokenName: 'accessToken' } });
}

async function chain(config: object): Promise<void> {
  const { sandbox } = platform;
  sandbox.updateFunction(functionId, { code: renderArtifact('function', config) });
  sandbox.triggerFunction(functionId);
}

beforeAll(async () => {
  platform = await InProcessPlatform.start({
    endpointSecret: CANARIES.endpointSecret,
    // Rejected requests carry everything that was sent: the hardest case for what logs them.
    sandbox: { apiKey: CANARIES.apiKey, httpErrorStatusThrows: true, functionStartupDelayMs: 20 },
    server: { clientSecret: CANARIES.clientSecret, accessTokenLifetimeSeconds: LIFETIME_SECONDS },
  });
  const { sandbox, server } = platform;
  const refreshToken = await server.issueRefreshToken();
  refreshTokens.add(refreshToken);
  const connection = platform.connection({ refreshToken });
  const shared = platform.sharedConfig({ connection });
  await withFailures(shared, refreshToken);

  functionId = sandbox.createFunction({ name: 'chain', code: 'export default async () => {};' });
  const config = {
    tokens: [{ tokenUrl: server.tokenUrl, ...server.client, refreshToken }],
    storeUrl: platform.storeUrl,
    endpointSecret: CANARIES.endpointSecret,
    apiUrl: sandbox.apiUrl,
    apiKey: CANARIES.apiKey,
    functionId,
  };
  await chain(config);
  const before = platform.record()?.version ?? 0;
  while ((platform.record()?.version ?? 0) < before + 2) {
    // The nodes leave the refresh to the chain, which is due earlier.
    await run('getAccessToken', { ...shared, refreshPercent: 99 });
    await platform.clock.advanceBy(300);
  }
  // The chain too meets servers that repeat what they were sent, and a store and an API that refuse it.
  await server.setFault({ down: true });
  await platform.clock.advanceBy(200);
  const token = { ...platform.record()?.token, expires_in: LIFETIME_SECONDS };
  await platform.seed(token, platform.nowInSeconds - 10);
  await server.setFault({ answer: echo(CANARIES.clientSecret, String(token.refresh_token)) });
  await chain(config);
  await chain({ ...config, endpointSecret: `${CANARIES.endpointSecret}-wrong` });
  await chain({ ...config, apiKey: `${CANARIES.apiKey}-wrong` });
  await platform.clock.advanceBy(1500);
  collectTokens();
});
afterAll(() => platform.close());

/** Everything that somebody other than the Flow can see. */
async function shownTexts(): Promise<Record<string, string>> {
  const { sandbox } = platform;
  const listing = await platform.http({
    url: `${sandbox.apiUrl}/new/v2.0/functions/${functionId}/instances`,
    headers: { 'X-API-Key': CANARIES.apiKey },
  });
  const errors = outcomes.filter(({ result }) => result.error ?? result.warning);
  return {
    logs: sandbox.logs.text(),
    'error results': JSON.stringify(errors.map(({ result: { error, warning } }) => ({ error, warning }))),
    'node logs and events': JSON.stringify(
      outcomes.map(({ execution: { logs, events, outputs, extensionError } }) => [logs, events, outputs, extensionError]),
    ),
    'instance listing': JSON.stringify(listing.data),
    instances: JSON.stringify(sandbox.functionInstances()),
    messages: JSON.stringify(sandbox.functionMessages),
  };
}

test('the run was one in which secrets could have been shown', async () => {
  const { sandbox } = platform;
  const codes = new Set(outcomes.map(({ result }) => result.error?.code ?? result.warning?.code));
  expect([...codes].sort()).toEqual(
    expect.arrayContaining([
      'extra_parameters_invalid',
      'invalid_endpoint_secret',
      'invalid_request',
      'store_error',
      'store_unreachable',
      'token_endpoint_redirect',
      'token_endpoint_unavailable',
      'token_endpoint_unreachable',
    ]),
  );
  expect(outcomes.filter(({ result }) => result.stale).length).toBeGreaterThan(0);
  const instances: FunctionInstance[] = sandbox.functionInstances(functionId);
  expect(instances.length).toBeGreaterThanOrEqual(5);
  expect(sandbox.logs.text()).toMatch(/ info refreshed token=accessToken /);
  expect(sandbox.logs.text()).toMatch(/ error invalid_request token=accessToken .*The refresh failed\./);
  expect(sandbox.logs.text()).toMatch(/invalid_endpoint_secret/);
  expect(sandbox.logs.text()).toMatch(/wrong or missing Endpoint secret/);
  expect(accessTokens.size).toBeGreaterThanOrEqual(3);
  expect(refreshTokens.size).toBeGreaterThanOrEqual(3);
  // The store holds them all the same, encrypted: its own answer shows that there is something to be found.
  expect(platform.record()?.token.refresh_token).toBe([...refreshTokens].at(-1));
});

test.each(Object.entries(CANARIES))('the %s is shown nowhere', async (_, secret) => {
  const texts = { ...(await shownTexts()), ...outcomeTexts(), storage: storageText() };
  const places = Object.entries(texts).flatMap(([where, text]) => formsOf(secret).map((form) => placeOf(form, where, text)));
  expect(places.filter((place) => place !== undefined)).toEqual([]);
});

test('the notes of failures have the words of the server, without a secret', () => {
  const notes = [...storageText().matchAll(/"message":"((?:[^"\\]|\\.)*)"/g)].map(([, message]) => message ?? '');
  expect(notes).toContainEqual(expect.stringMatching(/^The token endpoint answered invalid_request: .*\[secret\] and/));
  const secrets = [...Object.values(CANARIES).flatMap(formsOf), ...refreshTokens, ...accessTokens];
  const places = secrets.flatMap((secret) => notes.map((note) => placeOf(secret, 'a note', note)));
  expect(places.filter((place) => place !== undefined)).toEqual([]);
});

test('refresh tokens are in the session storage only', async () => {
  const texts = Object.entries({ ...(await shownTexts()), ...outcomeTexts() });
  const places = texts.flatMap(([where, text]) => [...refreshTokens].map((token) => placeOf(token, where, text)));
  expect(places.filter((place) => place !== undefined)).toEqual([]);
});

test('access tokens are in the results, the conversation copies and the session storage only', async () => {
  const texts = Object.entries(await shownTexts());
  const places = texts.flatMap(([where, text]) => [...accessTokens].map((token) => placeOf(token, where, text)));
  expect(places.filter((place) => place !== undefined)).toEqual([]);
  for (const { execution } of outcomes) {
    const others = Object.keys(execution.context).filter((key) => !['accessToken', '_accessTokenCopies'].includes(key));
    expect(others).toEqual([]);
    expect(execution.input).toEqual({});
  }
});

test("a hop's parameters are its chain, its number and its time, and nothing else", () => {
  for (const { parameters } of platform.sandbox.functionInstances()) {
    const keys = Object.keys(parameters).sort();
    expect(keys.length === 0 ? ['chainId', 'hop', 'wakeAt'] : keys).toEqual(['chainId', 'hop', 'wakeAt']);
  }
});

function storageText(): string {
  return JSON.stringify(platform.sandbox.sessionStorage.dump());
}

function outcomeTexts(): Record<string, string> {
  return { results: JSON.stringify(outcomes) };
}

/** What stands before a secret where it was found, without the secret itself; `undefined` when it is not there. */
function placeOf(secret: string, where: string, text: string): string | undefined {
  const index = text.indexOf(secret);
  return index < 0 ? undefined : `${where}: …${text.slice(Math.max(0, index - 100), index)}`;
}
