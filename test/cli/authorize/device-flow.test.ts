import { jsonAnswer } from '../../support/recording-transport';
import type { HttpResponse } from '../../../src/http';
import { AuthorizeWorld, CANARIES, DEVICE_URL, ENV_FILE, silent, TOKEN_URL, TOKENS } from './support';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const DEVICE = {
  device_code: CANARIES.deviceCode,
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://login.example.com/activate',
  verification_uri_complete: 'https://login.example.com/activate?user_code=WDJB-MJHT',
  expires_in: 60,
  interval: 7,
};
const PENDING = jsonAnswer(400, { error: 'authorization_pending' });

let world: AuthorizeWorld;
beforeEach(() => {
  world = new AuthorizeWorld();
  answer(DEVICE, jsonAnswer(200, TOKENS));
});
afterEach(() => {
  for (const canary of Object.values(CANARIES)) expect(world.out + world.err).not.toContain(canary);
  world.remove();
});

/** The last of the token endpoint's answers repeats. */
function answer(device: object, ...tokens: (HttpResponse | Error)[]): void {
  world.answers[DEVICE_URL] = jsonAnswer(200, device);
  world.answers[TOKEN_URL] = () => {
    const next = tokens.length > 1 ? tokens.shift() : tokens[0];
    if (next instanceof Error) throw next;
    return next ?? jsonAnswer(500, {});
  };
}

const polls = (): URLSearchParams[] => world.requests.filter(({ url }) => url === TOKEN_URL).map(({ body }) => new URLSearchParams(body as string));

test('a consent on another device is asked for and waited for as RFC 8628 says', async () => {
  answer(DEVICE, PENDING, PENDING, jsonAnswer(200, TOKENS));
  expect(await world.run({ device: true })).toBe(0);
  expect(world.formTo(DEVICE_URL)).toEqual({ client_id: 'a-client', scope: 'read' });
  expect(world.requestTo(DEVICE_URL).headers['authorization']).toMatch(/^Basic /);
  expect(polls().map((form) => Object.fromEntries(form))).toEqual(Array(3).fill({ grant_type: GRANT, device_code: CANARIES.deviceCode }));
  expect(world.pauses).toEqual([7000, 7000, 7000]);
  expect(world.out).toContain('[QR code of https://login.example.com/activate?user_code=WDJB-MJHT]');
  expect(world.out).toContain('Open https://login.example.com/activate on any device, sign in as the user the bot acts for, and enter the code WDJB-MJHT');
  expect(world.out).toContain('Waiting up to 1 min for the consent.');
  expect(world.read(ENV_FILE)).toContain(CANARIES.refreshToken);
  expect(world.opened).toEqual([]);
});

test('slow_down adds five seconds each time, and an outage doubles the pause', async () => {
  answer({ ...DEVICE, expires_in: 600 }, jsonAnswer(400, { error: 'slow_down' }), jsonAnswer(400, { error: 'slow_down' }), silent(), jsonAnswer(503, {}), jsonAnswer(200, TOKENS));
  expect(await world.run({ device: true })).toBe(0);
  expect(world.pauses).toEqual([7000, 12_000, 17_000, 34_000, 60_000]);
});

test('without an interval and a complete address, five seconds and no QR code', async () => {
  answer({ ...DEVICE, interval: undefined, verification_uri: undefined, verification_url: DEVICE.verification_uri, verification_uri_complete: undefined }, jsonAnswer(200, TOKENS));
  expect(await world.run({ device: true })).toBe(0);
  expect(world.pauses).toEqual([5000]);
  expect(world.out).not.toContain('QR');
});

test('the client proves itself in the body where the header is refused, and from then on', async () => {
  const own = (form: URLSearchParams): boolean => form.get('client_secret') === CANARIES.clientSecret;
  world.answers[DEVICE_URL] = ({ body }) => (own(new URLSearchParams(body as string)) ? jsonAnswer(200, DEVICE) : jsonAnswer(401, { error: 'invalid_client' }));
  expect(await world.run({ device: true })).toBe(0);
  expect(polls().map(own)).toEqual([true]);
});

test.each([
  ['expired_token', jsonAnswer(400, { error: 'expired_token' }), 'Nobody entered the code in time.'],
  ['never comes', PENDING, 'Nobody entered the code in time.'],
  ['access_denied', jsonAnswer(400, { error: 'access_denied' }), 'The consent was denied (access_denied).'],
  ['unauthorized_client', jsonAnswer(400, { error: 'unauthorized_client' }), 'Allow this client the device grant and refresh tokens'],
  ['invalid_grant', jsonAnswer(400, { error: 'invalid_grant', error_description: `no ${CANARIES.deviceCode}` }), 'a device code works once'],
  ['no refresh token', jsonAnswer(200, { ...TOKENS, refresh_token: null }), 'gave a token but no refresh token'],
])('it ends, and nothing is written: %s', async (_, token, message) => {
  answer(DEVICE, token);
  expect(await world.run({ device: true })).toBe(1);
  expect(world.err).toContain(message);
  expect(world.read(ENV_FILE)).not.toContain('REFRESH_TOKEN');
  // No poll after the code has ended.
  expect(polls().length).toBeLessThan(60 / 7);
});

test('Ctrl+C ends the waiting', async () => {
  answer(DEVICE, PENDING);
  world.interruptAfter = 2;
  expect(await world.run({ device: true })).toBe(130);
  expect(world.err).toContain('Cancelled: nothing was written.');
  expect(polls()).toHaveLength(1);
});

test.each([
  ['refuses', jsonAnswer(400, { error: 'invalid_scope', error_description: 'Not read' }), 1, 'The authorization server answered invalid_scope: Not read.'],
  ['is no such endpoint', { status: 404, headers: {}, data: '<html>' }, 1, 'The authorization server answered HTTP 404.'],
  ['has no code', jsonAnswer(200, { user_code: 'A' }), 1, 'answered without a device code'],
  ['sends the user elsewhere', jsonAnswer(200, { ...DEVICE, verification_uri: 'http://evil.example.com' }), 1, 'names no usable address'],
  ['does not answer', silent(), 1, 'The device authorization endpoint did not answer'],
])('the device authorization endpoint %s', async (_, response, code, message) => {
  world.answers[DEVICE_URL] = response;
  expect(await world.run({ device: true })).toBe(code);
  expect(world.err).toContain(message);
  expect(polls()).toEqual([]);
});
