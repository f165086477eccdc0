import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { jsonAnswer } from '../../support/recording-transport';
import { AUTHORIZATION_URL, AuthorizeWorld, CANARIES, CONFIG, ENV_FILE, s256, silent, TOKEN_URL, TOKENS } from './support';

let world: AuthorizeWorld;
beforeEach(() => {
  world = new AuthorizeWorld();
});
afterEach(() => {
  for (const canary of Object.values(CANARIES)) expect(world.out + world.err + world.opened.join()).not.toContain(canary);
  world.remove();
});

const unchanged = (): void => {
  expect(world.read(ENV_FILE)).not.toContain('REFRESH_TOKEN');
};

describe('a consent in a browser', () => {
  test('is asked for and exchanged as RFC 6749, RFC 7636 and RFC 8252 say', async () => {
    expect(await world.run()).toBe(0);
    const address = new URL(world.opened[0] ?? '');
    expect(address.origin + address.pathname).toBe(AUTHORIZATION_URL);
    const { state = '', code_challenge = '', redirect_uri = '', ...others } = Object.fromEntries(address.searchParams);
    expect(others).toEqual({ response_type: 'code', client_id: 'a-client', scope: 'read', code_challenge_method: 'S256' });
    expect(redirect_uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { code_verifier = '', ...form } = world.formTo(TOKEN_URL);
    expect(form).toEqual({ grant_type: 'authorization_code', code: CANARIES.code, redirect_uri });
    expect(s256(code_verifier)).toBe(code_challenge);
    // RFC 7636 §4.1 and §7.1.
    for (const secret of [state, code_verifier]) expect(secret).toMatch(/^[\w-]{43}$/);
    expect(world.out).not.toContain(code_verifier);
    expect(world.requestTo(TOKEN_URL).headers['authorization']).toMatch(/^Basic /);
    expect(world.out).toContain(world.opened[0]);
  });

  test('ends in the env file, which keeps what else is in it', async () => {
    expect(await world.run()).toBe(0);
    expect(world.read(ENV_FILE)).toBe(`CLIENT_SECRET='${CANARIES.clientSecret}'\nENDPOINT_SECRET='${CANARIES.endpointSecret}'\nREFRESH_TOKEN='${CANARIES.refreshToken}'\n`);
    expect(world.out).toContain('Next, to update the connection and the Function: access-token deploy --config ');
    expect(world.err).toBe('');
  });

  test('shows a page that loads and runs nothing, and says nothing of what came', async () => {
    await world.run();
    const [{ status, headers, body } = { status: 0, headers: {}, body: '' }] = world.pages;
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(body).toContain('go back to the terminal');
    expect(body).not.toMatch(/<script|<link|<style|canary/);
  });

  test('is for new secrets each time', async () => {
    await world.run();
    await world.run();
    const [one, other] = world.opened.map((address) => new URL(address).searchParams);
    for (const name of ['state', 'code_challenge']) expect(one?.get(name)).not.toBe(other?.get(name));
  });

  test('is asked for with what the address and the call have of their own', async () => {
    world.remove();
    world = new AuthorizeWorld({ authorizationUrl: `${AUTHORIZATION_URL}?access_type=offline&scope=from+address&state=mine`, audience: 'https://api.example.com' });
    await world.run({ scope: 'from call', port: '0' });
    expect(world.err).toContain('--port takes a number from 1 to 65535');
    expect(await world.run({ scope: 'from call' })).toBe(0);
    const parameters = new URL(world.opened[0] ?? '').searchParams;
    expect(Object.fromEntries(parameters)).toMatchObject({ access_type: 'offline', scope: 'from address', audience: 'https://api.example.com' });
    expect(parameters.getAll('state')).toHaveLength(1);
    expect(parameters.get('state')).not.toBe('mine');
    // What the consent is for has been said: the exchange names it no more (RFC 6749 §4.1.3).
    expect(Object.keys(world.formTo(TOKEN_URL))).not.toContain('scope');
  });

  test('only the redirect ends the waiting', async () => {
    world.user = async (address) => {
      const listener = address.searchParams.get('redirect_uri') ?? '';
      const state = address.searchParams.get('state') ?? '';
      await world.browse(`${listener}favicon.ico`);
      await world.browse(listener);
      await world.browse(`${listener}other?code=1&state=${state}`);
      const { port } = new URL(listener);
      // Another page's name for this machine: RFC 8252 §7.3 knows the address only.
      await world.browse(`http://127.0.0.1:${port}/?code=1&state=${state}`, { host: `rebound.example.com:${port}` });
      await world.redirect(address, { code: CANARIES.code });
      // Nobody listens any more, or not to this.
      await world.redirect(address, { code: 'again' }).catch(() => undefined);
    };
    expect(await world.run()).toBe(0);
    expect(world.pages.map(({ status }) => status).slice(0, 5)).toEqual([404, 404, 404, 404, 200]);
    expect(world.formTo(TOKEN_URL)['code']).toBe(CANARIES.code);
  });
});

describe('a redirect is refused', () => {
  test.each([
    ['with another state', { code: CANARIES.code, state: 'another' }, 'its state differs'],
    ['without a state', { code: CANARIES.code, state: '' }, 'its state differs'],
    ['with a foreign error', { error: 'access_denied', state: 'another' }, 'its state differs'],
    ['that denies it', { error: 'access_denied', error_description: 'Not\u0007today' }, 'The consent was denied (access_denied: Not today).'],
    ['with an error', { error: 'invalid_scope' }, 'The authorization server answered invalid_scope.'],
    ['with an empty code', { code: '' }, 'The redirect contains no code.'],
  ])('%s', async (_, parameters, message) => {
    world.user = (address) => world.redirect(address, parameters);
    expect(await world.run()).toBe(1);
    expect(world.err).toContain(message);
    expect(world.err.split('\n')[1]).not.toBe('');
    expect(world.pages.map(({ status, body }) => [status, body.includes('The terminal says why')])).toEqual([[400, true]]);
    expect(world.requests).toEqual([]);
    unchanged();
  });

  test('with a parameter that comes twice', async () => {
    world.user = async (address) => {
      const { redirect_uri = '', state = '' } = Object.fromEntries(address.searchParams);
      await world.browse(`${redirect_uri}?state=${state}&code=a&code=b`);
    };
    expect(await world.run()).toBe(1);
    expect(world.err).toContain('has the parameter "code" more than once');
  });
});

describe('it ends, and nothing is written, when', () => {
  test.each([
    ['time is up', 'No answer came from the browser within 5 minutes.', 1],
    ['interrupted', 'Cancelled: nothing was written.', 130],
  ] as const)('%s', async (how, message, exitCode) => {
    world.user = async () => {
      await new Promise(setImmediate);
      world.endWaiting(how);
    };
    expect(await world.run()).toBe(exitCode);
    expect(world.err).toContain(message);
    expect(world.pauses).toEqual([300_000]);
    unchanged();
  });

  test('the port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await world.run({ port: String(port) })).toBe(1);
    expect(world.err).toContain(`authorize can't listen on port ${port} of 127.0.0.1 (EADDRINUSE).\nEnd the program that uses the port`);
    expect(world.opened).toEqual([]);
    await new Promise((resolve) => server.close(resolve));
  });

  test('the code is refused, as one is that was used before', async () => {
    world.answers[TOKEN_URL] = jsonAnswer(400, { error: 'invalid_grant', error_description: `code ${CANARIES.code} was used` });
    expect(await world.run()).toBe(1);
    const { redirect_uri = '' } = world.formTo(TOKEN_URL);
    expect(world.err).toContain('The token endpoint answered invalid_grant: code [secret] was used.');
    expect(world.err).toContain(`check that exactly this redirect address is registered: ${redirect_uri}`);
    unchanged();
  });

  test.each([
    ['unauthorized_client', 400, 'Allow this client the authorization code grant and refresh tokens'],
    ['unsupported_grant_type', 400, 'this server does not offer the authorization code grant there'],
    ['invalid_client', 401, 'client secret'],
  ])('the token endpoint answers %s', async (error, status, remedy) => {
    world.answers[TOKEN_URL] = jsonAnswer(status, { error });
    expect(await world.run()).toBe(1);
    expect(world.err).toContain(error);
    expect(world.err).toContain(remedy);
    unchanged();
  });

  test('no answer comes from the token endpoint: a code is not sent twice', async () => {
    world.answers[TOKEN_URL] = silent();
    expect(await world.run()).toBe(1);
    expect(world.err).toContain('The token endpoint did not answer: network (ECONNREFUSED).');
    expect(world.requests).toHaveLength(1);
    // An answer that comes too late would be lost, and the code with it.
    expect(world.timeouts).toEqual([30_000]);
    unchanged();
  });

  test('no refresh token comes', async () => {
    world.answers[TOKEN_URL] = jsonAnswer(200, { ...TOKENS, refresh_token: undefined });
    expect(await world.run()).toBe(1);
    expect(world.err).toContain('gave a token but no refresh token. Most servers need the scope offline_access');
    unchanged();
  });
});

test('the client proves itself in the body where the header is refused', async () => {
  world.answers[TOKEN_URL] = ({ headers }) => (headers['authorization'] === undefined ? jsonAnswer(200, TOKENS) : jsonAnswer(401, { error: 'invalid_client' }));
  expect(await world.run()).toBe(0);
  expect(world.requests).toHaveLength(2);
});

test('a client without a secret only says who it is', async () => {
  world.remove();
  world = new AuthorizeWorld({ clientSecret: undefined });
  expect(await world.run()).toBe(0);
  expect(world.formTo(TOKEN_URL)['client_id']).toBe('a-client');
});

describe('without a browser here', () => {
  beforeEach(() => {
    world.user = async (address) => {
      const { state = '' } = Object.fromEntries(address.searchParams);
      world.lines.push('', 'what?', `  http://127.0.0.1:1/?code=${CANARIES.code}&state=${state}  `);
    };
  });

  test('the pasted address counts', async () => {
    expect(await world.run({ 'no-browser': true })).toBe(0);
    expect(world.opened).toEqual([]);
    expect(world.out).toContain('That is not the right address');
    expect(world.formTo(TOKEN_URL)['code']).toBe(CANARIES.code);
    expect(world.read(ENV_FILE)).toContain(CANARIES.refreshToken);
  });

  test('a foreign one is refused', async () => {
    world.user = async () => void world.lines.push('http://127.0.0.1/?code=1&state=another');
    expect(await world.run({ 'no-browser': true })).toBe(1);
    expect(world.err).toContain('its state differs');
    unchanged();
  });

  test('the redirect itself counts too, as through a tunnel', async () => {
    world.user = (address) => world.redirect(address, { code: CANARIES.code });
    expect(await world.run({ 'no-browser': true })).toBe(0);
  });
});

describe('a call or configuration that is wrong is told before anybody consents', () => {
  test.each([
    [{}, { authorizationUrl: undefined }, 2, 'The address where the authorization server asks for consent is not known.'],
    [{}, { authorizationUrl: 'http://login.example.com/' }, 2, 'authorizationUrl: must start with https:'],
    [{}, { authorizationUrl: 'login' }, 2, 'must be a whole URL, such as https://login.example.com/oauth2/authorize'],
    [{}, { isuer: 'https://login.example.com' }, 2, 'did you mean "issuer"?'],
    [{}, { provider: 'hubspott' }, 1, 'Did you mean hubspot?'],
    [{ provider: 'zoom' }, {}, 2, 'Zoom gives no access on behalf of a user this way.'],
    [{ device: true }, { deviceAuthorizationUrl: undefined }, 2, 'The address where the authorization server issues codes for other devices is not known.'],
    [{ token: 'another' }, {}, 1, 'The configuration has no token "another". It has "accessToken".'],
    [{ device: true, port: '8400' }, {}, 1, '--port goes with a browser'],
    [{ device: true, 'no-browser': true }, {}, 1, '--device opens no browser'],
    [{}, { username: 'u', password: 'p' }, 2, 'uses "username", which needs no user\'s consent'],
  ])('%j %j', async (options, changes, code, message) => {
    world.remove();
    world = new AuthorizeWorld(changes);
    // The program itself ends wrong calls with 2.
    expect([await world.run(options as Record<string, string>), world.err]).toEqual([code === 1 ? 2 : code, expect.stringContaining(message)]);
    expect(world.opened).toEqual([]);
    unchanged();
  });

  test('which token is meant has to be said where there are several', async () => {
    const { tokens } = JSON.parse(world.read(CONFIG)) as { tokens: object[] };
    world.write(CONFIG, JSON.stringify({ tokens: [...tokens, { ...tokens[0], tokenName: 'crm', refreshToken: '${CRM}' }] }));
    await world.run();
    expect(world.err).toContain('Which token? Add --token with one of "accessToken", "crm".');
    expect(await world.run({ token: 'crm' })).toBe(0);
    expect(world.read(ENV_FILE)).toContain(`CRM='${CANARIES.refreshToken}'`);
  });
});
