import { isDeepStrictEqual } from 'node:util';

import type { JsonObject } from '../../../../tools/sandbox/json';
import { readRequest } from './read-request';
import type { ReadRequest } from './read-request';
import { allWays, LIFETIME_SECONDS } from './ways';
import type { Way } from './ways';
import { ENDPOINT_SECRET } from './ways-world';
import type { Outcome, Server, StoreKind, WaysWorld } from './ways-world';

/** Jest wants to know them before the keys are made. */
const NAMES = [
  'client secret in the header',
  'client secret in the body',
  'client secret, found out to go in the body',
  'refresh token',
  'refresh token that rotates',
  'client without a secret',
  'password',
  'JSON key of a service account',
  'signed JWT for a user, an answer without a lifetime',
  'private_key_jwt with a key ID',
  'private_key_jwt with a certificate',
  'login of its own',
] as const;
/** No Function can sign. */
const IN_FUNCTION = NAMES.filter((name) => !/JSON key|JWT|jwt/.test(name));
const SHARED_ONLY: readonly string[] = ['refresh token that rotates'];

let ways: Record<string, Way>;
let world: WaysWorld;
let issued = 0;

/** Runs every way in some stores, in a world that is made for it. */
export function describeWays(stores: readonly StoreKind[], makeWorld: () => WaysWorld): void {
  beforeAll(async () => {
    ways = await allWays();
    expect(Object.keys(ways)).toEqual(NAMES);
    world = makeWorld();
  });
  const cells = NAMES.flatMap((name) => stores.filter((store) => store !== 'conversation' || !SHARED_ONLY.includes(name)).map((store) => [name, store] as const));
  describe.each(cells)('%s, %s', describeCell);
}

/** Runs in the Function every way that it has. */
export function describeFunction(): void {
  describe.each(IN_FUNCTION)('%s, in the Function', describeInFunction);
}

/** One way, one store, and a token name that nobody else has. */
class Cell {
  readonly ids: string[] = [];
  readonly read: ReadRequest[] = [];
  readonly tokenName = `token ${(issued += 1)}`;
  context: JsonObject = {};
  readonly way: Way;
  private seen = '';

  constructor(name: string, readonly store: StoreKind) {
    const way = ways[name];
    if (way === undefined) throw new Error(`There is no way "${name}".`);
    this.way = way;
    world.play(this.server);
  }

  private readonly server: Server = async (request, now) => {
    const read = await readRequest(request, now, this.way.keys ?? [], this.ids);
    this.read.push(read);
    const { first, later = [], refusal, answer = {} } = this.way;
    if (![first.at(-1), later.at(-1)].some((right) => isDeepStrictEqual(read, right))) return refusal;
    const access_token = `access-${(issued += 1)}`;
    if ('data' in answer) return { body: { data: { accessToken: access_token }, expires_in: LIFETIME_SECONDS } };
    return { body: { access_token, token_type: 'Bearer', expires_in: LIFETIME_SECONDS, ...answer } };
  };

  get lifetime(): number {
    return this.way.lifetime ?? LIFETIME_SECONDS;
  }

  /** Runs a node in this conversation, and forgets the requests before. */
  async run(type: 'getAccessToken' | 'refreshIfExpiring', { wrong = false, ...changes }: { wrong?: boolean } & JsonObject = {}): Promise<Outcome> {
    this.read.length = 0;
    const { config, wrong: refused } = this.way;
    const outcome = await world.run(type, { ...(wrong ? refused : config), ...world.storeConfig(this.store), tokenName: this.tokenName, ...changes }, this.context);
    this.context = outcome.execution.context;
    this.seen += JSON.stringify(outcome.execution);
    return outcome;
  }

  expectFetched({ result, branch, execution }: Outcome, requests: ReadRequest[], on: string): void {
    expect(this.read).toEqual(requests);
    expect(branch).toBe(on);
    const { access_token } = result;
    expect(result).toMatchObject({ access_token: `access-${issued}`, authorization: `Bearer ${access_token}`, refreshed: true, source: 'token_endpoint', grant: this.way.grant });
    expect(result.expires_in).toBeGreaterThanOrEqual(this.lifetime - 2);
    expect(result.expires_in).toBeLessThanOrEqual(this.lifetime);
    expect(result).not.toHaveProperty('warning');
    expect(execution.extensionError).toBeUndefined();
  }

  /** Whatever happened: no assertion was sent twice, and nothing secret is to be seen. */
  expectDiscreet(): void {
    expect(new Set(this.ids).size).toBe(this.ids.length);
    const assertions = world.requests.flatMap(({ body }) => [...(body as string).matchAll(/assertion=([\w.%-]{30,})/g)].map(([, jwt = '']) => jwt));
    const texts = this.seen + world.logs.text();
    const secrets = [...this.way.secrets.flatMap(partsOf), ...assertions.flatMap((jwt) => jwt.split('.')), ENDPOINT_SECRET];
    expect(secrets.filter((secret) => texts.includes(secret))).toEqual([]);
  }
}

/** Of a private key each line: none may be seen. */
function partsOf(secret: string): string[] {
  return secret.includes('PRIVATE KEY') ? secret.split('\n').filter((line) => line.length > 20 && !line.startsWith('-')) : [secret];
}

function describeCell(name: string, store: StoreKind): void {
  let cell: Cell;

  beforeEach(() => {
    cell = new Cell(name, store);
  });
  afterEach(() => cell.expectDiscreet());

  /** Where the requests are others once one has been answered. */
  const later = () => cell.way.later ?? cell.way.first;

  test('no token yet: it is asked for', async () => {
    cell.expectFetched(await cell.run('getAccessToken'), cell.way.first, 'OnSuccess');
  });

  test('valid: nobody is asked', async () => {
    const first = await cell.run('getAccessToken');
    const source = (where: string) => ({ branch: where, result: { access_token: first.result.access_token, refreshed: false } });
    expect(await cell.run('refreshIfExpiring')).toMatchObject(source('OnStillValid'));
    expect(cell.read).toEqual([]);
    if (store === 'conversation') return;
    cell.context = {};
    expect(await cell.run('getAccessToken')).toMatchObject({ ...source('OnSuccess'), result: { source: 'store', grant: cell.way.grant } });
    expect(cell.read).toEqual([]);
  });

  test('due: it is refreshed before it ends', async () => {
    await cell.run('getAccessToken');
    await world.pass(cell.lifetime * 0.95);
    cell.expectFetched(await cell.run('refreshIfExpiring'), later(), 'OnRefreshed');
  });

  test('expired: another one is asked for', async () => {
    await cell.run('getAccessToken');
    await world.pass(cell.lifetime + 1);
    cell.expectFetched(await cell.run('getAccessToken'), later(), 'OnSuccess');
  });

  test('revoked: the rejected token is replaced once', async () => {
    const { result } = await cell.run('getAccessToken');
    const rejectedToken = result.authorization;
    const renewed = await cell.run('refreshIfExpiring', { rejectedToken });
    cell.expectFetched(renewed, later(), 'OnRefreshed');
    expect(await cell.run('refreshIfExpiring', { rejectedToken })).toMatchObject({ branch: 'OnStillValid', result: { access_token: renewed.result.access_token } });
    expect(cell.read).toEqual([]);
  });

  test('a wrong credential: the error says what to check, and the right one works at once', async () => {
    const { result, branch, execution } = await cell.run('getAccessToken', { wrong: true });
    expect(cell.read).toEqual(cell.way.refused);
    expect(branch).toBe('OnError');
    const { code, remedy } = cell.way.error;
    expect(result).toEqual({ error: { code, message: expect.any(String) as string, remedy: expect.stringContaining(remedy) as string, status: cell.way.refusal.status } });
    expect(execution.logs).toEqual([{ level: 'error', text: expect.stringContaining(code) as string }]);
    cell.expectFetched(await cell.run('getAccessToken'), cell.way.first, 'OnSuccess');
  });
}

function describeInFunction(name: string): void {
  test('is asked for and refreshed, and nodes use the token', async () => {
    const cell = new Cell(name, 'endpoint');
    const { inFunction, first, later = first } = cell.way;
    if (inFunction === undefined) throw new Error('The Function is given no settings for it.');
    const { tokenName } = cell;
    const instances = await world.runFunction(inFunction.file, { tokenName, ...inFunction.token }, 2);
    expect(cell.read).toEqual([...first, ...later]);
    expect(Math.max(...instances.map(({ httpRequests }) => httpRequests))).toBeLessThanOrEqual(5);
    expect(instances.map(({ refusedHttpRequests }) => refusedHttpRequests)).toEqual(instances.map(() => 0));
    expect(world.record(tokenName)).toMatchObject({ token: { access_token: `access-${issued}`, expires_in: LIFETIME_SECONDS }, grant: cell.way.grant, version: 2 });
    expect(JSON.stringify(instances)).not.toMatch(/canary/);
    cell.expectDiscreet();
    expect(await cell.run('getAccessToken')).toMatchObject({ branch: 'OnSuccess', result: { source: 'store', access_token: `access-${issued}` } });
    expect(cell.read).toEqual([]);
  });
}
