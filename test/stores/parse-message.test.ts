import { isTokenName, parseMessage, parseRecord } from '../../src/stores/protocol/parse-message';

const SECRET = 'canary-endpoint-secret-0a0a';

function requestOf(body: unknown): unknown {
  const message = parseMessage(body);
  return message.kind === 'store' ? message.read() : message;
}

describe('what is for the store', () => {
  test.each([
    ['an operation', { endpointSecret: SECRET, tokenStore: {} }],
    ['an operation without a secret', { tokenStore: { op: 'read' } }],
    ['a classic update', { endpointSecret: SECRET, token: { access_token: 'x' }, timestamp: 1 }],
    ['a classic update without a secret', { token: { access_token: 'x' }, timestamp: 1 }],
    ['anything with a secret', { endpointSecret: null, text: 'hello' }],
    ['a chat message with a secret', { endpointSecret: SECRET, userId: 'u', sessionId: 's', text: 'hello' }],
  ])('%s', (_, body) => {
    expect(parseMessage(body)).toMatchObject({ kind: 'store' });
  });

  test.each([
    ['a chat message', { userId: 'u', sessionId: 's', text: 'hello', data: {} }],
    ['a chat message about a token', { userId: 'u', sessionId: 's', text: 'hi', data: { token: {}, timestamp: 1 } }],
    ['a token without a time', { token: { access_token: 'x' } }],
    ['a text called token', { token: 'x', timestamp: 1 }],
    ['nothing', undefined],
    ['null', null],
    ['a text', 'tokenStore'],
    ['a list', [{ endpointSecret: SECRET }]],
    ['an inherited member', Object.create({ endpointSecret: SECRET, tokenStore: {} })],
  ])('not: %s', (_, body) => {
    expect(parseMessage(body)).toEqual({ kind: 'chat' });
  });
});

describe('the classic update', () => {
  test('is read with its defaults', () => {
    const body = { endpointSecret: SECRET, token: { access_token: 'x', expires_in: '60' }, timestamp: 1_893_456_000 };
    expect(requestOf(body)).toEqual({
      op: 'update',
      tokenName: 'accessToken',
      record: { token: { access_token: 'x', expires_in: 60, token_type: 'Bearer' }, timestamp: 1_893_456_000 },
    });
    expect(requestOf({ ...body, tokenName: 'crm' })).toMatchObject({ tokenName: 'crm' });
  });

  test('takes the lifetime from a JWT where the token does not state it', () => {
    const payload = Buffer.from(JSON.stringify({ exp: 1_893_456_060 })).toString('base64url');
    const token = { access_token: `e30.${payload}.sig` };
    expect(requestOf({ endpointSecret: SECRET, token, timestamp: 1_893_456_000 })).toMatchObject({
      record: { token: { expires_in: 60 } },
    });
  });
});

test.each([
  ['accessToken', true],
  ['x'.repeat(200), true],
  ['x'.repeat(201), false],
  ['', false],
  ['line\nbreak', false],
  ['nul\u0000', false],
  [5, false],
  [undefined, false],
])('token name %#', (name, allowed) => {
  expect(isTokenName(name)).toBe(allowed);
});

describe('parseRecord', () => {
  test('reads an initial token', () => {
    expect(parseRecord({ token: { access_token: 'x', token_type: 'DPoP', expires_in: 5 }, timestamp: 7 })).toEqual({
      token: { access_token: 'x', token_type: 'DPoP', expires_in: 5 },
      timestamp: 7,
    });
  });

  test.each([
    [null, 'token'],
    [{}, 'token'],
    [{ token: {} }, 'token.access_token'],
    [{ token: { access_token: 'x', expires_in: 5 }, timestamp: 1_893_456_000_000 }, 'timestamp'],
    [{ token: { access_token: 'x' }, timestamp: 7 }, 'token.expires_in'],
  ])('names what is wrong (%#)', (value, field) => {
    expect(parseRecord(value)).toEqual({ op: 'invalid', field });
  });
});
