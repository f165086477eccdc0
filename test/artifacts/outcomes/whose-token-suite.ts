import { expectTold, issue, refuse, TOKEN_URL } from '../../support/outcome-world';
import type { Answer, Conversation, Outcome, OutcomeWorld, Seen } from '../../support/outcome-world';
import type { Subjects } from './subjects';

const HOUR = 3600;
const REFRESH_TOKEN = 'canary-refresh-token-1';
const CLIENT_CREDENTIALS = { grant_type: 'client_credentials' };

/** The requests, without what all of them have. */
const parametersOf = (sent: readonly Seen[]) => sent.map(({ parameters }) => parameters);
const refreshTokensOf = (sent: readonly Seen[]) => sent.map(({ parameters }) => parameters['refresh_token']);

/** A server with refresh tokens: each of these is dead, the others are good for a token of 100 s. */
function refusing(...dead: string[]): (request: Seen, index: number) => Answer {
  return ({ parameters }, index) => (dead.includes(parameters['refresh_token'] ?? '') ? refuse('invalid_grant') : issue(`token-${index + 1}`));
}

/** What makes a token another one: the connection before, the one after, and what is sent for it. */
const CHANGES: [what: string, changed: Record<string, string>, sent: Record<string, string>][] = [
  ['scope', { scope: 'payments' }, { scope: 'payments' }],
  ['token URL', { tokenUrl: `${TOKEN_URL}?tenant=2` }, {}],
  ['client', { clientId: 'another-client' }, {}],
  ['audience', { audience: 'https://payments.example.com' }, { audience: 'https://payments.example.com' }],
  ['extra parameter', { extraParameters: 'resource=https://payments.example.com' }, { resource: 'https://payments.example.com' }],
];

/** Whose token an API gets to see: of which connection, which refresh token, which user. */
export function testWhoseToken(worldNow: () => OutcomeWorld, { stores, shared, withFunction }: Subjects): void {
  let world: OutcomeWorld;
  beforeEach(() => {
    world = worldNow();
  });

  describe.each(stores)('whose token it is, with the store "%s"', (store) => {
    test.each(CHANGES)('a changed %s gets a token of its own in the same conversation, and that is told', async (_, changed, sent) => {
      const conversation: Conversation = { context: {} };
      const before = await world.run(world.config(store), conversation);
      const after = await world.run(world.config(store, changed), conversation);
      expect([before.result.access_token, after.result.access_token]).toEqual(['token-1', 'token-2']);
      expect(before.result).not.toHaveProperty('warning');
      expect(parametersOf(after.sent)).toEqual([{ ...CLIENT_CREDENTIALS, ...sent }]);
      expect(after.sent[0]?.url).toBe(changed['tokenUrl'] ?? TOKEN_URL);
      expectTold(after.result.warning, { code: 'token_name_in_use', message: /accessToken/, remedy: /each connection its own token name/ });
      const again = await world.run(world.config(store, changed), conversation);
      expect(again).toMatchObject({ branch: 'OnSuccess', result: { access_token: 'token-2', source: 'conversation' }, sent: [] });
      expect(again.result).not.toHaveProperty('warning');
    });

    test('the same connection, with its members in another order, is no change', async () => {
      const conversation: Conversation = { context: {} };
      const config = world.config(store, { scope: 'read write', extraParameters: 'a=1&b=2' });
      await world.run(config, conversation);
      const reordered = world.config(store, Object.fromEntries(Object.entries(config['connection'] as object).reverse()));
      expect(await world.run(reordered, conversation)).toMatchObject({ result: { source: 'conversation' }, sent: [] });
    });

    test("a copy of version 0.1, which does not say what it is for, is anybody's", async () => {
      const copy = { token: { access_token: 'of-version-0.1', token_type: 'Bearer', expires_in: 100 }, timestamp: world.clock.now() / 1000 - 10, version: 1 };
      const conversation: Conversation = { context: { _accessTokenCopies: { accessToken: copy } } };
      expect(await world.run(world.config(store), conversation)).toMatchObject({ result: { access_token: 'of-version-0.1' }, sent: [] });
    });

    test('a copy says nothing of what it was got with that could be guessed', async () => {
      const marks: string[] = [];
      for (const clientSecret of ['canary-one', 'canary-two']) {
        const { execution } = await world.run(world.config(store, { clientSecret }));
        marks.push((execution.context['_accessTokenCopies'] as { accessToken: { boundTo: string } }).accessToken.boundTo);
      }
      expect(marks).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), expect.stringMatching(/^[0-9a-f]{16}$/)]);
      expect(marks[0]).not.toBe(marks[1]);
    });

    test('where the changed connection is refused, there is none, and least of all the one before', async () => {
      const conversation: Conversation = { context: {} };
      await world.run(world.config(store), conversation);
      world.play(refuse('invalid_scope'));
      const { result } = await world.run(world.config(store, { scope: 'mistyped' }), conversation);
      expectTold(result.error, { code: 'invalid_scope', remedy: /scope in the connection/ });
      expect(conversation.context['accessToken']).toEqual(result);
    });

    test('a changed secret', async () => {
      const conversation: Conversation = { context: {} };
      await world.run(world.config(store), conversation);
      world.play(refuse('invalid_client', 401));
      const after = await world.run(world.config(store, { clientSecret: 'canary-mistyped' }), conversation);
      // Others go on with the shared token, which is for the same.
      if (store === 'conversation') expectTold(after.result.error, { code: 'invalid_client', remedy: /client secret/ });
      else expect(after).toMatchObject({ result: { access_token: 'token-1', source: 'store' }, sent: [] });
    });
  });

  describe.each(shared)('whose token it is, in the store "%s"', (store) => {
    test('two connections under one name, each in a conversation of its own, never get the other one\'s', async () => {
      world.answer = ({ parameters }, index) => issue(`${parameters['scope']}-${index}`);
      const ask = (scope: string) => world.run(world.config(store, { scope }));
      const [orders, payments, again] = [await ask('orders'), await ask('payments'), await ask('orders')];
      expect([orders, payments, again].map(({ result }) => result.access_token)).toEqual(['orders-0', 'payments-1', 'orders-2']);
      for (const { result } of [payments, again]) expectTold(result.warning, { code: 'token_name_in_use' });
      expect((await ask('orders')).result).toMatchObject({ access_token: 'orders-2', source: 'store' });
    });

    test("the refresh token of the other connection is not used", async () => {
      world.answer = (_, index) => issue(`token-${index}`, { refresh_token: `canary-rotated-${index}` });
      await world.run(world.config(store, { scope: 'orders', refreshToken: REFRESH_TOKEN }));
      const { sent } = await world.run(world.config(store, { scope: 'payments' }));
      expect(parametersOf(sent)).toEqual([{ ...CLIENT_CREDENTIALS, scope: 'payments' }]);
    });

    test('a store without a connection is an error, whatever the conversation has', async () => {
      const conversation: Conversation = { context: {} };
      await world.run(world.config(store), conversation);
      const { result, sent } = await world.run({ ...world.config(store), [`${store}Connection`]: undefined }, conversation);
      const label = store === 'redis' ? /in "Redis connection"/ : /in "Access Token Store connection"/;
      expectTold(result.error, { code: 'connection_missing', message: label, remedy: /Choose a connection in the node/ });
      expect(sent).toEqual([]);
    });

    test('another store is asked, whatever the conversation has', async () => {
      const conversation: Conversation = { context: {} };
      const config = world.config(store);
      await world.run(config, conversation);
      const name = `${store}Connection`;
      const changed = { endpoint: { endpointSecret: 'canary-of-another' }, redis: { keyPrefix: 'another:' }, conversation: {} }[store];
      const { branch, result } = await world.run({ ...config, [name]: { ...(config[name] as object), ...changed } }, conversation);
      if (store === 'redis') expect([branch, result.access_token]).toEqual(['OnSuccess', 'token-2']);
      else expectTold(result.error, { code: 'invalid_endpoint_secret', status: 401, remedy: /same Endpoint secret/ });
    });

    test('a failure does not stand for settings that were mended since', async () => {
      world.play(refuse('invalid_client', 401));
      const wrong = world.config(store, { clientSecret: 'canary-mistyped' });
      for (let minute = 0; minute < 9; minute += 1) {
        await world.run(wrong);
        await world.pass(61);
      }
      await world.run(wrong);
      const gated = await world.run(wrong);
      expectTold(gated.result.error, { code: 'invalid_client', message: /the next try is allowed in \d+ s/, remedy: /client secret/ });
      expect(gated.sent).toEqual([]);
      world.play(issue('token'));
      expect(await world.run(world.config(store))).toMatchObject({ branch: 'OnSuccess', result: { refreshed: true } });
    });

    test('a new refresh token is tried at once, however long the pause after the dead one is', async () => {
      world.answer = refusing(REFRESH_TOKEN);
      const dead = world.config(store, { refreshToken: REFRESH_TOKEN });
      for (let round = 0; round < 9; round += 1) {
        await world.run(dead);
        await world.pass(600);
      }
      await world.run(dead);
      expect((await world.run(dead)).sent).toEqual([]);
      expect((await world.run(world.config(store, { refreshToken: 'canary-new' }))).result).toMatchObject({ refreshed: true });
    });

    test('a new refresh token that is refused leaves the stored one in use', async () => {
      world.answer = refusing('canary-mistyped');
      await world.run(world.config(store, { refreshToken: REFRESH_TOKEN }));
      await world.pass(95);
      const { result, sent } = await world.run(world.config(store, { refreshToken: 'canary-mistyped' }));
      expect([result.refreshed, refreshTokensOf(sent)]).toEqual([true, ['canary-mistyped', REFRESH_TOKEN]]);
    });

    test('a token that has expired on arrival costs no refresh token: the new one is kept', async () => {
      world.answer = (_, index) => issue(`token-${index}`, { expires_in: index === 0 ? 0 : 100, refresh_token: `canary-rotated-${index}` });
      const config = world.config(store, { refreshToken: REFRESH_TOKEN });
      expectTold((await world.run(config)).result.error, { code: 'token_already_expired' });
      await world.pass(6);
      expect((await world.run(config)).branch).toBe('OnSuccess');
      expect(refreshTokensOf(world.sent)).toEqual([REFRESH_TOKEN, 'canary-rotated-0']);
    });

    test('a dead refresh token is mended by a new one in the connection, under the same name, once', async () => {
      world.answer = refusing(REFRESH_TOKEN);
      const dead = await world.run(world.config(store, { refreshToken: REFRESH_TOKEN }));
      expectTold(dead.result.error, { code: 'invalid_grant', remedy: /^Enter a new refresh token in the connection.*The token name stays/ });
      expect(refreshTokensOf(dead.sent)).toEqual([REFRESH_TOKEN]);
      const mended = world.config(store, { refreshToken: 'canary-refresh-token-2' });
      const { branch, result, sent } = await world.run(mended);
      expect([branch, result.grant, refreshTokensOf(sent)]).toEqual(['OnSuccess', 'refresh_token', ['canary-refresh-token-2']]);
    });

    test('a dead refresh token that the store has kept is mended too', async () => {
      const config = world.config(store, { refreshToken: REFRESH_TOKEN });
      world.play(issue('token-1', { refresh_token: 'canary-rotated' }));
      await world.run(config);
      world.answer = refusing(REFRESH_TOKEN, 'canary-rotated');
      await world.pass(HOUR);
      const failed = await world.run(config);
      expectTold(failed.result.error, { code: 'invalid_grant' });
      expect(refreshTokensOf(failed.sent)).toEqual(['canary-rotated']);
      const mended = world.config(store, { refreshToken: 'canary-refresh-token-2' });
      for (let hour = 0; hour < 2; hour += 1) {
        const { branch, sent } = await world.run(mended);
        expect([branch, refreshTokensOf(sent)]).toEqual(['OnSuccess', ['canary-refresh-token-2']]);
        await world.pass(HOUR);
      }
    });

    test('a refusal in passing: the same refresh token is sent again after a pause, and works', async () => {
      world.play(refuse('invalid_grant', 400, { error_description: 'token request is already being processed' }), issue('token-2'));
      const config = world.config(store, { refreshToken: REFRESH_TOKEN });
      expectTold((await world.run(config)).result.error, { code: 'invalid_grant', message: /already being processed/ });
      await world.pass(6);
      const { branch, result, sent } = await world.run(config);
      expect([branch, result.grant, refreshTokensOf(sent)]).toEqual(['OnSuccess', 'refresh_token', [REFRESH_TOKEN]]);
    });

    test('a refresh token that stays dead for 6 h costs few requests, and none for another identity', async () => {
      world.answer = refusing(REFRESH_TOKEN);
      const config = world.config(store, { refreshToken: REFRESH_TOKEN });
      for (let minute = 0; minute < 6 * 60; minute += 12) {
        expect((await world.run(config)).result.error?.code).toBe('invalid_grant');
        await world.pass(12 * 60);
      }
      expect(new Set(refreshTokensOf(world.sent))).toEqual(new Set([REFRESH_TOKEN]));
      expect(world.sent.length).toBeGreaterThanOrEqual(15);
      expect(world.sent.length).toBeLessThan(30);
    });
  });

  describe.each(stores)('a refused refresh token, with the store "%s"', (store) => {
    const connection = { refreshToken: REFRESH_TOKEN };

    test('gives way to the client only where that is asked for, and the result says so', async () => {
      world.answer = refusing(REFRESH_TOKEN);
      const unasked = await world.run(world.config(store, connection));
      expectTold(unasked.result.error, { code: 'invalid_grant' });
      expect(parametersOf(unasked.sent)).toEqual([{ grant_type: 'refresh_token', refresh_token: REFRESH_TOKEN }]);
      await world.pass(60);
      const asked = await world.run(world.config(store, connection, { fallBackToClient: true }));
      expect(asked).toMatchObject({ branch: 'OnSuccess', result: { grant: 'client_credentials' } });
      expect(asked.log).toContain("the token is the client's own");
      expect(parametersOf(asked.sent)).toContainEqual(CLIENT_CREDENTIALS);
    });

    test('is tried again at the next refresh, after the client took its place', async () => {
      world.answer = ({ parameters }, index) => (index === 0 ? refuse('invalid_grant') : issue(`token of ${parameters['grant_type']}`));
      const config = world.config(store, connection, { fallBackToClient: true });
      expect((await world.run(config)).result.grant).toBe('client_credentials');
      await world.pass(95);
      expect((await world.run(config)).result).toMatchObject({ grant: 'refresh_token', access_token: 'token of refresh_token' });
    });
  });

  if (stores.includes('conversation')) {
    describe('a rotating refresh token in a conversation', () => {
      const connection = { refreshToken: REFRESH_TOKEN };

      test('is warned of before it is spent, and refused once the server has shown that it rotates', async () => {
        world.answer = (_, index) => issue(`token-${index + 1}`, { refresh_token: `canary-rotated-${index}` });
        const conversation: Conversation = { context: {} };
        const first = await world.run(world.config('conversation', connection), conversation);
        expect(first.log).toContain('If the server rotates it, it is used up for all others: use a shared token store.');
        expectTold(first.result.warning, { code: 'refresh_token_not_kept', remedy: /shared token store/ });
        await world.pass(HOUR);
        const second = await world.run(world.config('conversation', connection), conversation);
        expectTold(second.result.error, { code: 'refresh_token_not_kept', remedy: /shared token store/ });
        expect(second.sent).toEqual([]);
      });

      test('that the server does not rotate goes on', async () => {
        const conversation: Conversation = { context: {} };
        await world.run(world.config('conversation', connection), conversation);
        await world.pass(HOUR);
        expect((await world.run(world.config('conversation', connection), conversation)).branch).toBe('OnSuccess');
      });
    });
  }

  if (!withFunction) return;

  test("a record of version 0.1, as the classic update writes it, is anybody's", async () => {
    const token = { access_token: 'of-version-0.1', token_type: 'Bearer', expires_in: 100 };
    await world.post({ token, timestamp: world.clock.now() / 1000 - 10 });
    expect(await world.run(world.config('endpoint'))).toMatchObject({ result: { access_token: 'of-version-0.1', source: 'store' }, sent: [] });
  });

  describe('the Function', () => {
    const node = (connection: object): Promise<Outcome> => world.run(world.config('endpoint', connection));

    test("shares its token with a node that asks for the same, and takes nobody else's", async () => {
      await world.hop({ scope: 'orders' });
      expect(await node({ scope: 'orders' })).toMatchObject({ result: { access_token: 'token-1', source: 'store' }, sent: [] });
      const payments = await node({ scope: 'payments' });
      expect(payments.result).toMatchObject({ access_token: 'token-2', warning: { code: 'token_name_in_use' } });
      const { log, sent } = await world.hop({ scope: 'orders' });
      expect(parametersOf(sent)).toEqual([{ ...CLIENT_CREDENTIALS, scope: 'orders' }]);
      expect(log).toContain('token_name_in_use');
      expect((await node({ scope: 'orders' })).result).toMatchObject({ access_token: 'token-3', source: 'store' });
    });

    test('sends a new refresh token of its configuration in place of a dead one', async () => {
      world.answer = refusing(REFRESH_TOKEN);
      const dead = await world.hop({ refreshToken: REFRESH_TOKEN });
      expect(refreshTokensOf(dead.sent)).toEqual([REFRESH_TOKEN]);
      expect(dead.log).toMatch(/ error invalid_grant token=.* Enter a new refresh token/);
      expect(refreshTokensOf((await world.hop({ refreshToken: 'canary-refresh-token-2' })).sent)).toEqual(['canary-refresh-token-2']);
      expect(await node({ refreshToken: 'canary-refresh-token-2' })).toMatchObject({ branch: 'OnSuccess', result: { grant: 'refresh_token' }, sent: [] });
    });

    test('sends one that was refused in passing again', async () => {
      world.play(refuse('invalid_grant'), issue('token-2'));
      expect((await world.hop({ refreshToken: REFRESH_TOKEN })).log).toContain('invalid_grant');
      const { sent } = await world.hop({ refreshToken: REFRESH_TOKEN });
      expect(refreshTokensOf(sent)).toEqual([REFRESH_TOKEN]);
    });

    test('becomes the client only where its configuration says so', async () => {
      world.answer = refusing(REFRESH_TOKEN);
      const token = { refreshToken: REFRESH_TOKEN };
      for (let hop = 0; hop < 3; hop += 1) await world.hop(token);
      expect(new Set(refreshTokensOf(world.sent))).toEqual(new Set([REFRESH_TOKEN]));
      for (let hop = 0; hop < 3; hop += 1) await world.hop({ ...token, fallBackToClient: true });
      expect(parametersOf(world.sent)).toContainEqual(CLIENT_CREDENTIALS);
      expect((await node(token)).result).toMatchObject({ source: 'store', grant: 'client_credentials' });
    });
  });
}
