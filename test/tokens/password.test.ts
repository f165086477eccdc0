/** The password grant, RFC 6749 §4.3, and clients without a secret, §3.2.1. */
import { grantsFor, settingsMark, boundTo } from '../../src/oauth';
import type { TokenEndpointSettings } from '../../src/oauth';
import { requestOf } from '../support/token-endpoint';
import { jsonAnswer } from '../support/recording-transport';
import { thrownBy } from '../support/thrown-by';
import { CLIENT_SECRET, clientConfig, issue, refuse, TokenWorld } from '../support/token-world';
import { readTokenEndpointConfig } from '../../src/oauth';

const PASSWORD = 'canary pässwörd&"+%/7';
const USER = { username: 'jö@example.com', password: PASSWORD };

let world: TokenWorld;
beforeEach(() => {
  world = new TokenWorld();
});
afterEach(() => jest.restoreAllMocks());

const login = (settings: TokenEndpointSettings = {}) => clientConfig({ ...USER, ...settings });

/** What was sent, by grant and refresh token. */
function sent(): string[] {
  return world.tokenRequests.map(({ parameters: { grant_type = '', refresh_token } }) => refresh_token ?? grant_type);
}

async function firstRequest(config = login()) {
  const [grant] = grantsFor({ config, record: null, keepsRefreshTokens: true });
  const { headers, body } = await requestOf(config, grant);
  return { headers, parameters: Object.fromEntries(new URLSearchParams(body as string)) };
}

describe('the request', () => {
  test('is that of RFC 6749 §4.3.2, with the client in the header', async () => {
    const { headers, parameters } = await firstRequest(login({ clientAuthentication: 'client_secret_basic', scope: 'read' }));
    expect(parameters).toEqual({ grant_type: 'password', ...USER, scope: 'read' });
    expect(headers['authorization']).toBe(`Basic ${Buffer.from(`client:${CLIENT_SECRET}`).toString('base64')}`);
  });

  test('keeps each character of the password, spaces around it too', async () => {
    const password = '  a\ttab, a line\nend, ü, 😀 ';
    expect((await firstRequest(login({ password }))).parameters['password']).toBe(password);
  });

  test.each<[string, TokenEndpointSettings, Record<string, string>]>([
    ['a password', USER, { grant_type: 'password', ...USER }],
    ['a refresh token', { refreshToken: 'canary-refresh' }, { grant_type: 'refresh_token', refresh_token: 'canary-refresh' }],
  ])('of a client without a secret says only who it is: with %s', async (_, settings, parameters) => {
    const request = await firstRequest(clientConfig({ clientSecret: '', clientAuthentication: '', ...settings }));
    expect(request.parameters).toEqual({ ...parameters, client_id: 'client' });
    expect(request.headers).not.toHaveProperty('authorization');
  });

  test('of a client that is known by its certificate, too: RFC 8705 §2', async () => {
    const settings = { tokenUrl: 'https://login.example.com/token', clientId: 'client' };
    const { headers, parameters } = await firstRequest(readTokenEndpointConfig(settings, { hasCertificate: true }));
    expect(parameters).toEqual({ grant_type: 'client_credentials', client_id: 'client' });
    expect(headers).not.toHaveProperty('authorization');
    expect((await thrownBy(() => readTokenEndpointConfig(settings))).code).toBe('client_secret_missing');
  });
});

describe('its refresh token', () => {
  test('goes first the next time, and the password where that is refused', async () => {
    world.tokenAnswer = ({ parameters }, index) =>
      parameters['refresh_token'] === 'renewed-1' ? refuse('invalid_grant') : issue(`token-${index}`, { refresh_token: `renewed-${index}` });
    const grants: (string | undefined)[] = [];
    for (let round = 0; round < 4; round += 1) {
      grants.push((await world.get({ config: login() })).record.grant);
      await world.clock.advanceBy(95_000);
    }
    expect(sent()).toEqual(['password', 'renewed-0', 'renewed-1', 'password', 'renewed-3']);
    expect(grants).toEqual(['password', 'refresh_token', 'password', 'refresh_token']);
  });

  test('where there is none, the password goes again', async () => {
    for (let round = 0; round < 2; round += 1) {
      await world.get({ config: login() });
      await world.clock.advanceBy(95_000);
    }
    expect(sent()).toEqual(['password', 'password']);
  });

  test('of client credentials is still of no use', async () => {
    world.tokenAnswer = (_, index) => issue(`token-${index}`, { refresh_token: 'of no use' });
    await world.get();
    expect((await world.stored()).record?.token).not.toHaveProperty('refresh_token');
  });
});

test('the client does not take the place of a user whose password is refused', async () => {
  world.tokenAnswer = () => refuse('invalid_grant');
  expect((await thrownBy(() => world.get({ config: login() }))).code).toBe('invalid_grant');
  expect(sent()).toEqual(['password']);
});

test('a new password is tried at once, and its token is the same as before', async () => {
  world.tokenAnswer = ({ parameters }) => (parameters['password'] === 'new' ? issue('good') : refuse('invalid_grant'));
  await thrownBy(() => world.get({ config: login() }));
  await thrownBy(() => world.get({ config: login() }));
  expect(sent()).toHaveLength(1);
  const renewed = login({ password: 'new' });
  expect((await world.get({ config: renewed })).record.token.access_token).toBe('good');
  expect(sent()).toHaveLength(2);
  expect(settingsMark(renewed)).not.toBe(settingsMark(login()));
  expect(boundTo(renewed)).toBe(boundTo(login()));
});

test('a token is for its user', () => {
  expect(boundTo(login({ username: 'another' }))).not.toBe(boundTo(login()));
  expect(boundTo(login())).not.toBe(boundTo(clientConfig()));
});

test.each([
  ['as it is', PASSWORD],
  ['form-encoded', new URLSearchParams({ password: PASSWORD }).toString()],
  ['percent-encoded', encodeURIComponent(PASSWORD)],
  ['as JSON', JSON.stringify({ password: PASSWORD })],
  ['with JSON escapes', JSON.stringify(PASSWORD).replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)],
  ['as HTML', PASSWORD.replace(/[^\w ]/g, (character) => `&#${character.charCodeAt(0)};`)],
])('the password is struck out of what a server sends back: %s', async (_, echo) => {
  world.tokenAnswer = () => jsonAnswer(400, { error: 'invalid_grant', error_description: `no: ${echo}` });
  const { message } = await thrownBy(() => world.get({ config: login() }));
  expect(message).toContain('[secret]');
  expect(message).not.toMatch(/canary|rd&|7$/);
});
