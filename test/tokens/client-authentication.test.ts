/** Left open, the client authentication is found out, and remembered. */
import { TransportError } from '../../src/http';
import type { HttpRequest } from '../../src/http';
import type { TokenCopies } from '../../src/stores/ports/context';
import type { TokenRecord } from '../../src/lifetime';
import type { TokenEndpointConfig } from '../../src/oauth';
import { ContextPort, StoreEngine } from '../../src/stores';
import { jsonAnswer } from '../support/recording-transport';
import { thrownBy } from '../support/thrown-by';
import { CLIENT_SECRET, clientConfig, TokenWorld } from '../support/token-world';

type Way = 'basic' | 'post' | 'none';
type Answer = ReturnType<typeof jsonAnswer> | TransportError;

const REFUSED = jsonAnswer(401, { error: 'invalid_client', error_description: 'not like this' });
const DOWN = jsonAnswer(503, {});

function wayOf({ headers, body }: HttpRequest): Way {
  if (headers['authorization'] !== undefined) {
    expect(body).not.toMatch(/client_(?:id|secret)/);
    return 'basic';
  }
  return new URLSearchParams(body as string).get('client_secret') === CLIENT_SECRET ? 'post' : 'none';
}

/** A token endpoint that answers by how the client proves who it is. */
class Endpoint {
  readonly world = new TokenWorld();
  readonly ways: Way[] = [];
  answers: Partial<Record<Way, Answer | (() => Answer)>> = {};
  private issued = 0;

  readonly transport = async (request: HttpRequest) => {
    const way = wayOf(request);
    this.ways.push(way);
    const planned = this.answers[way];
    const answer = typeof planned === 'function' ? planned() : planned;
    if (answer instanceof Error) throw answer;
    return answer ?? jsonAnswer(200, { access_token: `token-${(this.issued += 1)}`, expires_in: 100 });
  };

  get(config: TokenEndpointConfig = clientConfig({ clientAuthentication: '' }), overrides = {}) {
    return this.world.get({ config }, { transport: this.transport, ...overrides });
  }

  /** @returns the ways that were tried since the last call */
  tried(): Way[] {
    return this.ways.splice(0);
  }
}

let endpoint: Endpoint;
beforeEach(() => {
  endpoint = new Endpoint();
});
afterEach(() => jest.restoreAllMocks());

const nextRefresh = () => endpoint.world.clock.advanceBy(95_000);

test('Basic comes first, and what works is not tried again in another way', async () => {
  const { record } = await endpoint.get();
  expect(endpoint.tried()).toEqual(['basic']);
  // That needs no remembering.
  expect(record).not.toHaveProperty('clientAuthentication');
});

test('Post comes after a refusal, and is remembered in the shared store', async () => {
  endpoint.answers.basic = REFUSED;
  expect((await endpoint.get()).record.clientAuthentication).toBe('client_secret_post');
  expect(endpoint.tried()).toEqual(['basic', 'post']);
  expect((await endpoint.world.stored()).record?.clientAuthentication).toBe('client_secret_post');
  await nextRefresh();
  await endpoint.get();
  expect(endpoint.tried()).toEqual(['post']);
  expect((await endpoint.world.stored()).record?.clientAuthentication).toBe('client_secret_post');
});

test('it is remembered in a conversation, too', async () => {
  endpoint.answers.basic = REFUSED;
  let kept: TokenRecord | null = null;
  const copies: TokenCopies = { get: () => kept, put: (_, record) => void (kept = record), remove: () => void (kept = null) };
  const store = new StoreEngine(new ContextPort(copies, () => endpoint.world.clock.now()));
  await endpoint.get(undefined, { store });
  await nextRefresh();
  await endpoint.get(undefined, { store });
  expect(endpoint.tried()).toEqual(['basic', 'post', 'post']);
});

test('a server that changes its mind is asked in the other way again', async () => {
  endpoint.answers.basic = REFUSED;
  await endpoint.get();
  endpoint.answers = { post: REFUSED };
  await nextRefresh();
  expect((await endpoint.get()).record).not.toHaveProperty('clientAuthentication');
  expect(endpoint.tried()).toEqual(['basic', 'post', 'post', 'basic']);
});

test('a record that is for something else is not gone by', async () => {
  endpoint.answers.basic = REFUSED;
  await endpoint.get();
  endpoint.answers = {};
  await endpoint.get(clientConfig({ clientAuthentication: '', scope: 'another' }));
  expect(endpoint.tried()).toEqual(['basic', 'post', 'basic']);
});

test.each([
  ['invalid_client', jsonAnswer(400, { error: 'invalid_client' })],
  ['a bare 401', jsonAnswer(401, '')],
  ['a code of its own', jsonAnswer(400, { error: 'invalid_client_id' })],
  ['words', jsonAnswer(400, { error: 'invalid_request', error_description: 'Missing client_secret.' })],
  ['Keycloak', jsonAnswer(401, { error: 'unauthorized_client', error_description: 'Invalid client or Invalid client credentials' })],
])('a refusal of the client is told by %s', async (_, answer) => {
  endpoint.answers.basic = answer;
  await endpoint.get();
  expect(endpoint.tried()).toEqual(['basic', 'post']);
});

test.each([
  ['a scope that is wrong', jsonAnswer(400, { error: 'invalid_scope' }), 'invalid_scope'],
  ['a grant that is not allowed', jsonAnswer(400, { error: 'unauthorized_client' }), 'unauthorized_client'],
  ['a grant that is refused', jsonAnswer(400, { error: 'invalid_grant', error_description: 'client_id mismatch' }), 'invalid_grant'],
  ['a wrong address', jsonAnswer(404, ''), 'token_endpoint_rejected'],
])('%s is no refusal of the client', async (_, answer, code) => {
  endpoint.answers.basic = answer;
  expect((await thrownBy(() => endpoint.get())).code).toBe(code);
  expect(endpoint.tried()).toEqual(['basic']);
});

test('where both are refused, the first refusal is told, and both rest until the next try is allowed', async () => {
  endpoint.answers = { basic: REFUSED, post: jsonAnswer(400, { error: 'invalid_client', error_description: 'nor like that' }) };
  const error = await thrownBy(() => endpoint.get());
  expect(error).toMatchObject({ code: 'invalid_client', status: 401, transient: false });
  expect(error.message).toContain('not like this');
  expect(endpoint.tried()).toEqual(['basic', 'post']);
  await thrownBy(() => endpoint.get());
  expect(endpoint.tried()).toEqual([]);
});

test('what the second one shows is told where it is another thing', async () => {
  endpoint.answers = { basic: REFUSED, post: jsonAnswer(400, { error: 'invalid_scope' }) };
  expect((await thrownBy(() => endpoint.get())).code).toBe('invalid_scope');
});

test('an outage before the second answer is an outage, and is tried again', async () => {
  let tries = 0;
  endpoint.answers = { basic: REFUSED, post: () => ((tries += 1) < 3 ? DOWN : jsonAnswer(200, { access_token: 'after all', expires_in: 100 })) };
  expect((await endpoint.get()).record).toMatchObject({ token: { access_token: 'after all' }, clientAuthentication: 'client_secret_post' });
  expect(endpoint.tried()).toEqual(['basic', 'post', 'post', 'post']);
});

test('an outage that stays is told as one, and not as a wrong secret', async () => {
  endpoint.answers = { basic: REFUSED, post: DOWN };
  expect(await thrownBy(() => endpoint.get())).toMatchObject({ code: 'token_endpoint_unavailable', transient: true });
});

describe('a refresh token that can be used once', () => {
  const config = clientConfig({ clientAuthentication: '', refreshToken: 'canary-refresh-token' });

  test('goes in the second way, too: a client that was refused has not used it up', async () => {
    endpoint.answers.basic = REFUSED;
    expect((await endpoint.get(config)).record.clientAuthentication).toBe('client_secret_post');
    expect(endpoint.tried()).toEqual(['basic', 'post']);
  });

  test('is not sent again where nobody knows what became of it', async () => {
    endpoint.answers = { basic: REFUSED, post: new TransportError('timeout') };
    expect((await thrownBy(() => endpoint.get(config))).code).toBe('token_endpoint_unreachable');
    expect(endpoint.tried()).toEqual(['basic', 'post']);
  });

  test('nor in another way', async () => {
    endpoint.answers.basic = new TransportError('timeout');
    await thrownBy(() => endpoint.get(config));
    expect(endpoint.tried()).toEqual(['basic']);
  });
});

test.each<[string, TokenEndpointConfig, Way]>([
  ['Basic', clientConfig({ clientAuthentication: 'client_secret_basic' }), 'basic'],
  ['Post', clientConfig({ clientAuthentication: 'client_secret_post' }), 'post'],
  ['a client without a secret', clientConfig({ clientAuthentication: '', clientSecret: '', username: 'a', password: 'b' }), 'none'],
  ['a proof of another kind', { ...clientConfig({ clientAuthentication: '' }), proof: { name: 'private_key_jwt', authenticate: () => undefined } }, 'none'],
])('%s stays as it is chosen', async (_, config, way) => {
  endpoint.answers[way] = REFUSED;
  const error = await thrownBy(() => endpoint.get(config));
  expect(error.code).toBe('invalid_client');
  expect(endpoint.tried()).toEqual([way]);
  endpoint.answers = {};
  await nextRefresh();
  expect((await endpoint.get(config)).record).not.toHaveProperty('clientAuthentication');
});

test('a chosen one is not overruled by what a record remembers', async () => {
  endpoint.answers.basic = REFUSED;
  await endpoint.get();
  endpoint.answers = {};
  await nextRefresh();
  await endpoint.get(clientConfig({ clientAuthentication: 'client_secret_basic' }));
  expect(endpoint.tried()).toEqual(['basic', 'post', 'basic']);
});
