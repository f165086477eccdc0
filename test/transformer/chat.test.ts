import { MemorySessions } from '../support/memory-sessions';
import { ENDPOINT_SECRET, StoreEndpoint } from '../support/store-endpoint';

const sessions = new MemorySessions();
const endpoint = new StoreEndpoint(sessions.get);

const IDS = { userId: 'user', sessionId: 'session' };

const MESSAGES: [string, { text?: unknown; data?: unknown }][] = [
  ['text only', { text: 'hello' }],
  ['text and data', { text: 'hello', data: { a: 1 } }],
  ['data only', { data: { nested: { list: [1, { two: null }] } } }],
  ['nothing but ids', {}],
  ['an empty text', { text: '', data: {} }],
  ['a long text', { text: 'x'.repeat(10_000) }],
  ['text of every kind', { text: 'Grüße 👋 안녕 \u0000 </script>' }],
  ['data about a token', { text: 'hi', data: { token: { access_token: 'x' }, timestamp: 1 } }],
  ['data about a store', { text: 'hi', data: { tokenStore: { op: 'read' }, endpointSecret: 'not ours' } }],
  ['a payload of a channel', { text: '/start', data: { _cognigy: { _default: {} }, token: 'abc', timestamp: 12 } }],
];

describe.each(MESSAGES)('a chat message: %s', (_, message) => {
  test('goes on to the Flow as it is', async () => {
    const handled = await endpoint.post({ ...IDS, ...message });
    const { text, data } = message;
    expect(handled).toEqual({ status: undefined, body: undefined, headers: {}, returned: { ...IDS, text, data } });
    expect((handled.returned as { data: unknown }).data).toBe(data);
  });

  test('goes on over a socket too', () => {
    const passedOn = endpoint.store.handlePayload({ payload: { ...IDS, ...message } });
    expect(passedOn).toEqual({ ...IDS, text: message.text, data: message.data });
    expect(passedOn?.data).toBe(message.data);
  });
});

test.each([
  ['a text', 'hello'],
  ['a number', 5],
  ['a list', [{ ...IDS, text: 'hello' }]],
  ['nothing', undefined],
  ['null', null],
  ['no user', { sessionId: 'session', text: 'hello' }],
  ['no session', { userId: 'user', text: 'hello' }],
  ['another channel', { event: 'message', sender: { id: 'user' }, token: 'verify', timestamp: 5 }],
])('a body of another shape is left to the Endpoint: %s', async (_, body) => {
  expect(await endpoint.post(body)).toEqual({ status: undefined, body: undefined, headers: {}, returned: undefined });
});

test('a secret never goes on to the Flow, not even over a socket', async () => {
  const payload = { ...IDS, text: 'hi', data: {}, endpointSecret: ENDPOINT_SECRET, tokenStore: { op: 'read' } };
  expect(JSON.stringify(endpoint.store.handlePayload({ payload }))).not.toContain(ENDPOINT_SECRET);
  expect(await endpoint.post(payload)).toMatchObject({ status: 400, returned: null });
});

test('no chat message touches the storage', () => {
  expect(sessions.dump()).toBe('[]');
});
