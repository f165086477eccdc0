import { boundTo, readTokenEndpointConfig } from '../../../src/oauth';
import { fingerprint } from '../../../src/sha256';
import { jsonAnswer } from '../../support/recording-transport';
import { ENDPOINT_URL } from '../../support/store-endpoint';
import { AuthorizeWorld, CANARIES, CONFIG, configuration, ENV_FILE, silent, STORE, TOKEN_URL, TOKENS } from './support';

let world: AuthorizeWorld;
beforeEach(() => {
  world = new AuthorizeWorld({}, STORE);
});
afterEach(() => {
  for (const canary of Object.values(CANARIES)) expect(world.out + world.err + world.opened.join()).not.toContain(canary);
  world.remove();
});

/** What a bot's connection says. */
const BOTS = readTokenEndpointConfig({ tokenUrl: TOKEN_URL, clientId: 'a-client', clientSecret: 'b', scope: 'read', refreshToken: 'c' });
const former = (): void => world.write(ENV_FILE, `${world.read(ENV_FILE)}REFRESH_TOKEN='${CANARIES.formerToken}'\n`);
const secondsOf = (ms: number): number => Math.floor(ms / 1000);

async function stored(token: object, more: object = {}): Promise<void> {
  const record = { token: { ...TOKENS, ...token }, timestamp: secondsOf(Date.now()), ...more };
  await world.store.commit({ tokenName: 'accessToken', owner: 'bot', ifVersion: 0, record });
}

describe('the shared store', () => {
  test('gets a record that nodes and Function take at once', async () => {
    former();
    await stored({ access_token: 'older', refresh_token: 'older' }, { boundTo: boundTo(BOTS), seeds: ['01234567'] });
    const before = secondsOf(Date.now());
    expect(await world.run()).toBe(0);
    const record = await world.record();
    expect(record).toMatchObject({
      version: 2,
      token: { access_token: CANARIES.accessToken, refresh_token: CANARIES.refreshToken, expires_in: 3600 },
      boundTo: boundTo(BOTS),
      // Neither the one in the env file now, nor the one that is still in the connection, counts as a newer one.
      seeds: ['01234567', fingerprint(CANARIES.formerToken), fingerprint(CANARIES.refreshToken)],
      grant: 'authorization_code',
    });
    // By the store's clock, which is years ahead of this machine's.
    expect(record?.timestamp).toBeGreaterThanOrEqual(before);
    expect(world.out).toContain('The shared store has the new tokens. Bots that use it go on at once.');
  });

  test.each([
    ['after that', async () => undefined],
    ['since', async () => stored({}, {})],
    ['and somebody has fetched another one', async () => {
      await world.store.checkout({ tokenName: 'accessToken', owner: 'bot', leaseMs: 5000, refreshPercent: 90 });
      await stored({}, { boundTo: boundTo(BOTS) });
    }],
  ])('gets it also where its token was just forgotten: %s', async (_, happens) => {
    former();
    await stored({}, { boundTo: boundTo(BOTS) });
    expect(await world.store.forget({ tokenName: 'accessToken', boundTo: boundTo(BOTS) })).toBe(true);
    await happens();
    expect(await world.run()).toBe(0);
    expect(await world.record()).toMatchObject({ token: { access_token: CANARIES.accessToken }, boundTo: boundTo(BOTS) });
    // The lease is free again.
    expect(await world.store.checkout({ tokenName: 'accessToken', owner: 'another', leaseMs: 5000, refreshPercent: 90, rejected: fingerprint(CANARIES.accessToken) })).toMatchObject({ lease: 'granted' });
  });

  test('forgets why the last refresh failed', async () => {
    await stored({});
    const failure = { code: 'invalid_grant', at: Date.now(), attempts: 9, retryAt: Date.now() + 900_000 };
    await world.store.release({ tokenName: 'accessToken', owner: 'bot', failure });
    expect((await world.store.read('accessToken')).failure).toBeDefined();
    expect(await world.run()).toBe(0);
    expect((await world.store.read('accessToken')).failure).toBeUndefined();
  });

  test('loses a token that is for something else, with its seeds', async () => {
    await stored({}, { boundTo: '0'.repeat(16), seeds: ['01234567'] });
    expect(await world.run()).toBe(0);
    expect(await world.record()).toMatchObject({ boundTo: boundTo(BOTS), seeds: [fingerprint(CANARIES.refreshToken)] });
  });

  test('keeps how the client proves itself, where that was found out', async () => {
    world.answers[TOKEN_URL] = ({ headers }) => (headers['authorization'] === undefined ? jsonAnswer(200, TOKENS) : jsonAnswer(401, { error: 'invalid_client' }));
    expect(await world.run()).toBe(0);
    expect(await world.record()).toMatchObject({ clientAuthentication: 'client_secret_post' });
  });

  test('is written again where a bot\'s write lands later', async () => {
    let isOver = false;
    world.onPause = () => {
      if (isOver) return;
      isOver = true;
      world.sessions.clear();
    };
    expect(await world.run()).toBe(0);
    expect(await world.record()).toMatchObject({ token: { refresh_token: CANARIES.refreshToken } });
    expect(world.clock.sleeps).toEqual([300, 300]);
  });

  test.each([
    ['does not answer', silent(), 'The store did not answer'],
    ['refuses the secret', jsonAnswer(401, { error: 'invalid_endpoint_secret' }), 'The store refused the Endpoint secret.'],
  ])('that %s is told before anybody consents', async (_, answer, message) => {
    world.answers[ENDPOINT_URL] = answer;
    expect(await world.run()).toBe(1);
    expect(world.err).toContain(message);
    expect(world.opened).toEqual([]);
    expect(world.read(ENV_FILE)).not.toContain('REFRESH_TOKEN');
  });

  test('may not be there yet', async () => {
    world.answers[ENDPOINT_URL] = jsonAnswer(200, { text: 'a chat' });
    expect(await world.run()).toBe(0);
    expect(world.out).toContain('There is no shared store yet. deploy creates it');
    expect(world.read(ENV_FILE)).toContain(CANARIES.refreshToken);
  });
});

test('the Endpoint secret does not go where only an unsigned lock file says', async () => {
  const API = { apiUrl: 'https://api.example.com', apiKey: '${API_KEY}', endpointBaseUrl: ENDPOINT_URL.replace(/\/\w+$/, '') };
  world.write(CONFIG, configuration({}, { ...API, endpointSecret: STORE.endpointSecret }));
  world.write('access-token.lock.json', JSON.stringify({ version: 1, urlToken: ENDPOINT_URL.replace(/.*\//, ''), connectionIds: {}, connections: {}, made: [] }));
  world.env = { API_KEY: 'an-api-key' };
  expect(await world.run()).toBe(0);
  expect(world.out).toContain('There is no shared store yet');
  expect(await world.record()).toBeNull();
});

describe('the configuration', () => {
  test('gets the reference that it lacks, and keeps its layout', async () => {
    world.write(CONFIG, configuration({ refreshToken: undefined }, STORE));
    expect(await world.run()).toBe(0);
    expect(world.read(CONFIG)).toBe(configuration({}, STORE));
    expect(world.out).toContain(`Written: "refreshToken": "\${REFRESH_TOKEN}" in `);
  });

  test('loses a refresh token that was written out in it', async () => {
    world.write(CONFIG, configuration({ refreshToken: CANARIES.formerToken }, STORE));
    expect(await world.run()).toBe(0);
    expect(world.read(CONFIG)).not.toContain(CANARIES.formerToken);
  });

  test('that somebody has laid out by hand stays, and the line is shown', async () => {
    const text = configuration({ refreshToken: undefined }, STORE).replace('{', '{\n\n');
    world.write(CONFIG, text);
    expect(await world.run()).toBe(0);
    expect(world.read(CONFIG)).toBe(text);
    expect(world.err).toContain('Add this to the token\'s entry: "refreshToken": "${REFRESH_TOKEN}"');
  });

  test('names the variable after its token', async () => {
    world.write(CONFIG, configuration({ refreshToken: undefined, tokenName: 'my crm-1' }, STORE));
    expect(await world.run()).toBe(0);
    expect(world.read(ENV_FILE)).toContain(`REFRESH_TOKEN_MY_CRM_1='${CANARIES.refreshToken}'`);
  });
});

describe('what comes next', () => {
  test('deploy, with the new refresh token, where that is asked for', async () => {
    former();
    world.env = { REFRESH_TOKEN: CANARIES.formerToken };
    expect(await world.run({ deploy: true })).toBe(0);
    expect(world.deployed).toMatchObject([
      { call: { values: { config: world.path(CONFIG) } }, env: { REFRESH_TOKEN: CANARIES.refreshToken, CLIENT_SECRET: CANARIES.clientSecret } },
    ]);
    expect(world.err).toBe('');
  });

  test('a variable of the environment that counts for more is named', async () => {
    former();
    world.env = { REFRESH_TOKEN: 'of the shell' };
    expect(await world.run()).toBe(0);
    expect(world.err).toContain('REFRESH_TOKEN is also set in your environment, which overrides');
  });
});

describe('the env file that gets the refresh token is', () => {
  const inFile = (name: string): boolean => world.read(name).includes(`REFRESH_TOKEN='${CANARIES.refreshToken}'`);

  test('the one that has its variable already', async () => {
    world.write('.env', `OTHER=1\nREFRESH_TOKEN='${CANARIES.formerToken}'\n`);
    expect(await world.run()).toBe(0);
    expect(inFile('.env')).toBe(true);
    expect(world.read('.env')).toMatch(/^OTHER=1\n/);
    expect(inFile(ENV_FILE)).toBe(false);
    expect(world.out).toContain(`Written: REFRESH_TOKEN in ${world.path('.env')}`);
  });

  test('or else that of the configuration', async () => {
    world.write('.env', 'OTHER=1\n');
    expect(await world.run()).toBe(0);
    expect([inFile(ENV_FILE), inFile('.env')]).toEqual([true, false]);
  });

  test('that of --env-file, which the next command names, and so does the deploy behind it', async () => {
    world.write('other.env', world.read(ENV_FILE));
    const file = world.path('other.env');
    expect(await world.run({ 'env-file': file })).toBe(0);
    expect([inFile('other.env'), inFile(ENV_FILE)]).toEqual([true, false]);
    expect(world.out).toContain(`access-token deploy --config ${world.path(CONFIG)} --env-file ${file}\n`);
    expect(await world.run({ 'env-file': file, deploy: true })).toBe(0);
    expect(world.deployed[0]?.call.values['env-file']).toBe(file);
    expect(world.deployed[0]?.env['REFRESH_TOKEN']).toBe(CANARIES.refreshToken);
  });

  test('no device: that is told before anybody is asked', async () => {
    world.env = { CLIENT_SECRET: CANARIES.clientSecret, ENDPOINT_SECRET: CANARIES.endpointSecret };
    expect(await world.run({ 'env-file': '/dev/null' })).toBe(2);
    expect(world.err).toContain('/dev/null is not an ordinary file, so authorize can\'t write the refresh token into it.');
    expect(world.opened).toEqual([]);
  });
});
