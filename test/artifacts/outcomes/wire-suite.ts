import type { HttpResponse } from '../../../src/http';
import { CLIENT_SECRET, expectTold, issue, refuse, TOKEN_URL } from '../../support/outcome-world';
import type { Answer, Conversation, OutcomeWorld, Seen } from '../../support/outcome-world';
import { renderArtifact } from '../../support/rendered';
import type { Subjects } from './subjects';

const REFRESH_TOKEN = 'canary-refresh-token-1';
const basic = (secret: string, id = 'a-client') => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

interface Pasted {
  settings: Record<string, string>;
  /** What is sent instead. */
  url?: string;
  authorization?: string;
  parameters?: Record<string, string>;
}

const PASTED: [what: string, Pasted][] = [
  ['a secret with a line end', { settings: { clientSecret: `${CLIENT_SECRET}\r\n` } }],
  ['a secret with a tab before it', { settings: { clientSecret: `\t${CLIENT_SECRET}` } }],
  ['a secret with a zero-width space', { settings: { clientSecret: `\u200b${CLIENT_SECRET}` } }],
  ['a secret with a byte order mark and a line end', { settings: { clientSecret: `\ufeff${CLIENT_SECRET}\n` } }],
  ['a secret with a space of its own', { settings: { clientSecret: ` ${CLIENT_SECRET} ` }, authorization: basic(`+${CLIENT_SECRET}+`) }],
  ['a client ID with a line end', { settings: { clientId: ' a-client\n' } }],
  ['a token URL with a zero-width space', { settings: { tokenUrl: `\u200b${TOKEN_URL}\n` } }],
  ['a scope with line ends and tabs', { settings: { scope: '\n read\n\twrite\r\nadmin\u200b ' }, parameters: { scope: 'read write admin' } }],
  ['an audience with a zero-width space', { settings: { audience: 'https://api.example.com\u200b' }, parameters: { audience: 'https://api.example.com' } }],
  ['extra parameters on lines of their own', { settings: { extraParameters: 'a=1\r\nb=2\n' }, parameters: { a: '1', b: '2' } }],
  ['a refresh token with a line end', { settings: { refreshToken: `${REFRESH_TOKEN}\n` }, parameters: { grant_type: 'refresh_token', refresh_token: REFRESH_TOKEN } }],
];

/** What nobody can tidy: it is named, and nothing is sent. */
const UNFIT: [what: string, settings: Record<string, string>, label: string, key: string][] = [
  ['a line end within the secret', { clientSecret: 'canary\nsecret' }, 'Client secret', 'clientSecret'],
  ['a zero-width space within the secret', { clientSecret: 'canary\u200bsecret' }, 'Client secret', 'clientSecret'],
  ['a letter beyond ASCII in the secret', { clientSecret: 'canary-sécret' }, 'Client secret', 'clientSecret'],
  ['a line end within the client ID', { clientId: 'a\nclient' }, 'Client ID', 'clientId'],
  ['a zero-width space within a scope', { scope: 're\u200bad' }, 'Scope', 'scope'],
  ['a line end within the refresh token', { refreshToken: 'canary\nrefresh' }, 'Refresh token', 'refreshToken'],
];

const TYPES: [type: unknown, scheme: string][] = [
  ['bearer', 'Bearer'],
  ['BEARER', 'Bearer'],
  ['Bearer ', 'Bearer'],
  ['BearerToken', 'Bearer'],
  ['jwt-bearer', 'Bearer'],
  ['urn:ietf:params:oauth:token-type:jwt', 'Bearer'],
  ['access_token', 'Bearer'],
  ['Bearer\r\nX-Injected: 1', 'Bearer'],
  ['Bearér', 'Bearer'],
  ['', 'Bearer'],
  [null, 'Bearer'],
  [['Bearer'], 'Bearer'],
  ['DPoP', 'DPoP'],
];

const UNFIT_TOKENS = ['a\r\nX-Injected: 1', 'tök', 'a\u200bb', 'a\u0000', 'a\tb'];

/** A result has it twice, and then over 60 kB. */
const LARGE = 'x'.repeat(31_000);

/** What goes over the wire, and what gets into the Flow. */
export function testWire(worldNow: () => OutcomeWorld, { stores, shared, withFunction }: Subjects): void {
  let world: OutcomeWorld;
  beforeEach(() => {
    world = worldNow();
  });

  describe.each(stores)('what gets into the Flow, with the store "%s"', (store) => {
    test('a token that is too large is an error, and never the older one', async () => {
      const conversation: Conversation = { context: {} };
      await world.run(world.config(store), conversation);
      await world.pass(95);
      world.play(issue(LARGE));
      const { result } = await world.run(world.config(store), conversation);
      expectTold(result.error, { code: 'token_too_large', message: /kB/, remedy: /fewer scopes, roles or claims/ });
      expect(conversation.context['accessToken']).toEqual(result);
    });

    test('so is one of twice that size, and in the input', async () => {
      world.play(issue(LARGE + LARGE));
      expectTold((await world.run(world.config(store, {}, { storeLocation: 'input' }))).result.error, { code: 'token_too_large' });
    });

    test('one that fits is none', async () => {
      world.play(issue('x'.repeat(29_000)));
      expect((await world.run(world.config(store))).branch).toBe('OnSuccess');
    });

    test('a large answer with a small token is none, and its token is kept', async () => {
      world.play(issue('token', { id_token: LARGE + LARGE, user: { groups: Array(5000).fill('group') } }));
      const conversation: Conversation = { context: {} };
      const { result } = await world.run(world.config(store), conversation);
      expect(result).toMatchObject({ access_token: 'token' });
      expect(result).not.toHaveProperty('warning');
      expect(await world.run(world.config(store), conversation)).toMatchObject({ result: { source: 'conversation' }, sent: [] });
    });

    test.each<[string, (text: string) => unknown]>([
      ['as text', (text) => text],
      ['as an object', JSON.parse],
    ])('a scope that is nested 5,000 deep, %s, is left out', async (_, form) => {
      const scope = `${'['.repeat(5000)}"read"${']'.repeat(5000)}`;
      world.play({ data: form(`{"access_token":"token","expires_in":60,"scope":${scope}}`) });
      expect((await world.run(world.config(store))).result).toMatchObject({ access_token: 'token' });
    });

    test.each(['_accessTokenCopies', ' _accessTokenCopies.mine '])('the key "%s" is refused', async (contextKey) => {
      const { result, sent } = await world.run(world.config(store, {}, { contextKey }));
      expectTold(result.error, { code: 'result_key_invalid', remedy: /another key/ });
      expect(sent).toEqual([]);
    });

    test('a rejected token is known by its whole Authorization value, too', async () => {
      const conversation: Conversation = { context: {} };
      const { result } = await world.run(world.config(store), conversation);
      for (const [rejectedToken, branch] of [
        [result.authorization, 'OnRefreshed'],
        [`bearer  ${result.access_token} `, 'OnStillValid'],
        ['Bearer another', 'OnStillValid'],
        ['token-2', 'OnRefreshed'],
      ]) {
        expect((await world.run(world.config(store, {}, { rejectedToken }), conversation, 'refreshIfExpiring')).branch).toBe(branch);
      }
      expect(world.sent).toHaveLength(3);
    });
  });

  test.each(shared)('a large answer costs no refresh token, with the store "%s"', async (store) => {
    world.play(issue('token-1', { id_token: LARGE + LARGE, refresh_token: 'canary-rotated' }), issue('token-2'));
    const config = world.config(store, { refreshToken: REFRESH_TOKEN });
    await world.run(config);
    await world.pass(95);
    expect((await world.run(config)).sent[0]?.parameters['refresh_token']).toBe('canary-rotated');
  });

  describe.each(shared)('without the store "%s"', (store) => {
    beforeEach(() => {
      world.isStoreDown = true;
    });

    test('client credentials get a token from the token endpoint, with a warning', async () => {
      const { branch, result, sent } = await world.run(world.config(store));
      expect([branch, result.access_token, result.source]).toEqual(['OnSuccess', 'token-1', 'token_endpoint']);
      expectTold(result.warning, store === 'redis' ? { code: 'store_unreachable', message: /ECONNREFUSED/, remedy: /URL|server/ } : { code: 'store_error', status: 503 });
      expect(sent).toHaveLength(1);
    });

    test('a refresh token, which might be used up, is not sent', async () => {
      const { result, sent } = await world.run(world.config(store, { refreshToken: REFRESH_TOKEN }));
      expect(result.error?.code).toBe(store === 'redis' ? 'store_unreachable' : 'store_error');
      expect(sent).toEqual([]);
    });

    test('the copy of the conversation goes on while it lives', async () => {
      world.isStoreDown = false;
      const conversation: Conversation = { context: {} };
      await world.run(world.config(store, { refreshToken: REFRESH_TOKEN }), conversation);
      world.isStoreDown = true;
      await world.pass(95);
      const { branch, result, sent } = await world.run(world.config(store, { refreshToken: REFRESH_TOKEN }), conversation);
      expect([branch, result.access_token, result.source]).toEqual(['OnSuccess', 'token-1', 'conversation']);
      expect(result).toMatchObject({ stale: true, warning: { code: expect.stringMatching(/^store_/) as string } });
      expect(sent).toEqual([]);
    });

    test('the token of an outage is stored with the next refresh after it', async () => {
      await world.run(world.config(store));
      world.isStoreDown = false;
      await world.run(world.config(store));
      expect((await world.run(world.config(store))).result).toMatchObject({ access_token: 'token-2', source: 'store' });
    });
  });

  if (!withFunction) return;

  function expectSent([seen]: Seen[], { url = TOKEN_URL, authorization = basic(CLIENT_SECRET), parameters = {} }: Pasted): void {
    expect(seen?.url).toBe(url);
    expect(seen?.headers['authorization']).toBe(authorization);
    expect(seen?.parameters).toEqual({ grant_type: 'client_credentials', ...parameters });
  }

  describe('what is pasted', () => {
    test.each(PASTED)('%s is tidied by the node', async (_, pasted) => {
      const { branch, sent } = await world.run(world.config('endpoint', pasted.settings));
      expect([branch, sent.length]).toEqual(['OnSuccess', 1]);
      expectSent(sent, pasted);
    });

    test.each(PASTED)('%s is tidied in the Function', async (_, pasted) => {
      const { sent } = await world.hop(pasted.settings);
      expect(sent).toHaveLength(1);
      expectSent(sent, pasted);
    });

    test('so is what comes from environment variables', async () => {
      const token = { clientSecret: '${SECRET}', clientId: '${CLIENT}', scope: '${SCOPE}' };
      const { sent } = await world.hop(token, { SECRET: `${CLIENT_SECRET}\u200b\r\n`, CLIENT: 'a-client\n', SCOPE: ' read\n\twrite' });
      expectSent(sent, { settings: {}, parameters: { scope: 'read write' } });
    });

    test('the secret in the body is tidied, too', async () => {
      const settings = { clientAuthentication: 'client_secret_post\n', clientSecret: `${CLIENT_SECRET}\u200b` };
      const { sent } = await world.run(world.config('conversation', settings));
      expect(sent[0]?.headers).not.toHaveProperty('authorization');
      expect(sent[0]?.parameters).toEqual({ grant_type: 'client_credentials', client_id: 'a-client', client_secret: CLIENT_SECRET });
    });

    test.each([
      ['URL', 'url'],
      ['secret', 'endpointSecret'],
    ])('the %s of the Endpoint is tidied', async (_, member) => {
      await world.run(world.config('endpoint'));
      const config = world.config('endpoint');
      const connection = config['endpointConnection'] as Record<string, string>;
      const endpointConnection = { ...connection, [member]: `\u200b${connection[member]}\r\n` };
      expect(await world.run({ ...config, endpointConnection })).toMatchObject({ branch: 'OnSuccess', result: { source: 'store' }, sent: [] });
    });

    test('the names of token and result are tidied, in the node and in the Function', async () => {
      await world.hop({ tokenName: '\u200bcrm' });
      expect(await world.run(world.config('endpoint', {}, { tokenName: 'crm\u200b ', contextKey: '\u200baccessToken' }))).toMatchObject({ result: { source: 'store' }, sent: [] });
    });

    test('a refused secret with a zero-width space behind it is not said to have special characters', async () => {
      world.play(refuse('invalid_client', 401));
      const { result } = await world.run(world.config('conversation', { clientSecret: 'canary\u200b' }));
      expectTold(result.error, { code: 'invalid_client', remedy: /^Check the client ID and the client secret/ });
    });

    test.each(['transformer-rest', 'function'])("the Endpoint's secret in the file is tidied alike, for the %s", (artifact) => {
      const api = { apiUrl: 'https://api.example.com', apiKey: 'canary-key', functionId: 'id' };
      const chain = { ...api, storeUrl: 'https://endpoint.example.com/1', tokens: [{ tokenUrl: TOKEN_URL, clientId: 'a-client', clientSecret: CLIENT_SECRET }] };
      const rendered = (endpointSecret: string) => renderArtifact(artifact, { endpointSecret, ...(artifact === 'function' ? chain : {}) });
      expect(rendered('\u200bcanary endpoint secret\r\n')).toBe(rendered('canary endpoint secret'));
    });

    test.each(UNFIT)('%s is named, and nothing is sent', async (_, settings, label, key) => {
      const { result, sent } = await world.run(world.config('endpoint', settings));
      expectTold(result.error, { code: 'configuration_invalid', message: new RegExp(`^Character \\d+ of "${label}" is a line break, invisible, or not ASCII`), remedy: /Correct/ });
      expect(sent).toEqual([]);
      await expect(world.hop(settings)).rejects.toMatchObject({ message: expect.stringMatching(new RegExp(`${key}: must not contain line breaks`)) as string });
    });
  });

  describe('what is answered', () => {
    /** The node, then the Function whose token another conversation finds. */
    async function outcomes(answer: Answer) {
      world.play(answer);
      const ofNode = await world.run(world.config('conversation'));
      await world.hop();
      return [ofNode, await world.run(world.config('endpoint'))];
    }

    test.each<[string, Partial<HttpResponse>]>([
      ['JSON after a byte order mark', { data: '\ufeff{"access_token":"token","expires_in":60}' }],
      ['a form after a byte order mark', { data: '\ufeffaccess_token=token&expires_in=60' }],
      ['JSON between line ends', { data: '\r\n {"access_token":"token","expires_in":60}\r\n' }],
      ['JSON as a page', { data: '{"access_token":"token","expires_in":60}', headers: { 'content-type': 'text/html' } }],
    ])('%s is read', async (_, answer) => {
      for (const { result } of await outcomes(answer)) expect(result).toMatchObject({ access_token: 'token', authorization: 'Bearer token' });
    });

    test.each(TYPES)('the token type %j is the scheme %s', async (token_type, scheme) => {
      for (const { result } of await outcomes(issue('token', { token_type }))) {
        expect(result).toMatchObject({ token_type: scheme, authorization: `${scheme} token` });
      }
    });

    test.each(UNFIT_TOKENS)('the token %j reaches no header', async (token) => {
      const [ofNode, ofFunction] = await outcomes(issue(token));
      for (const outcome of [ofNode, ofFunction]) expect(outcome?.result.error?.code).toBe('token_response_invalid');
    });

    test('a token of the Function that is too large is an error in the node', async () => {
      world.play(issue(LARGE));
      await world.hop();
      const { result, sent } = await world.run(world.config('endpoint'));
      expectTold(result.error, { code: 'token_too_large' });
      expect(sent).toEqual([]);
    });
  });

  test('without its store the Function asks nobody for a token, says so, and goes on', async () => {
    world.isStoreDown = true;
    const { log, sent } = await world.hop();
    expect(log).toContain('store_error');
    expect(sent).toEqual([]);
    world.isStoreDown = false;
    expect((await world.hop()).sent).toHaveLength(1);
  });
}
