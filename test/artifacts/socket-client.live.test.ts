import { SocketClient } from '@cognigy/socket-client';
import type { Options } from '@cognigy/socket-client/lib/interfaces/options';

import type { FlowNode } from '../../tools/sandbox';
import { ArtifactPlatform, ATOMIC_STORAGE, renderArtifact } from '../support/artifact-platform';
import { until } from '../support/until';

const SECRET = 'canary-endpoint-secret-socket-71d0';
const USER = { userId: 'Zoë / 1', sessionId: 'session 50 %' };

/** What a client was told, in order. */
type Heard = [event: string, payload: unknown];

let platform: ArtifactPlatform;
const urlToken = 'ab'.repeat(32);
const clients: SocketClient[] = [];

beforeAll(async () => {
  // The client tells of its connection there.
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  platform = await ArtifactPlatform.start({ sandbox: ATOMIC_STORAGE });
  const transformer = renderArtifact('transformer-socket', { endpointSecret: SECRET });
  const { sandbox } = platform;
  // The bot's own Endpoint is the store, at its inject URL.
  const store = platform.storeConnection({ url: sandbox.injectUrl(urlToken), endpointSecret: SECRET });
  const flow: FlowNode[] = [
    {
      id: 'token',
      type: 'getAccessToken',
      extension: true,
      config: { connection: platform.connection(), store: 'endpoint', endpointConnection: store },
      children: { getAccessTokenOnSuccess: [say('{{context.accessToken.source}}')], getAccessTokenOnError: [] },
    },
    { id: 'call', type: 'httpRequest', config: { url: platform.server.apiUrl, headers: { authorization: '{{context.accessToken.authorization}}' }, contextKey: 'api' } },
    say('You said {{input.text}}: {{context.api.status}}', { n: '{{input.data.n}}' }),
  ];
  sandbox.createEndpoint({ type: 'socket', name: 'chat and store', urlToken, transformer, flow });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect();
});
afterAll(() => platform.close());

function say(text: string, data: Record<string, unknown> = {}): FlowNode {
  return { id: text, type: 'say', config: { text, data } };
}

/** The vendor's client, connected, and what it hears. */
async function connect(options: Partial<Options> = {}, token = urlToken): Promise<{ client: SocketClient; heard: Heard[] }> {
  const client = new SocketClient(new URL(platform.sandbox.endpointUrl('')).origin, token, { ...USER, reconnection: false, ...options });
  const heard: Heard[] = [];
  for (const event of ['output', 'typingStatus', 'finalPing', 'error', 'exception', 'socket/disconnect']) {
    client.on(event, (payload: unknown) => heard.push([event, payload]));
  }
  clients.push(client);
  await client.connect();
  return { client, heard };
}

const untilHeard = (heard: Heard[], event: string, times = 1) =>
  until(`${event} is heard ${times} times`, () => heard.filter(([name]) => name === event).length >= times);

test.each<[string, Partial<Options>]>([
  ['by WebSocket', {}],
  ['by polling', { disableWebsockets: true }],
  ['who says over the connection who it is', { enableInnerSocketHandshake: true }],
])("the vendor's client %s has a conversation, with a token from the store of its own Endpoint", async (name, options) => {
  const sessionId = `session ${name}`;
  const { client, heard } = await connect({ ...options, sessionId });
  await until('the Endpoint is ready', () => client.isEndpointReady);
  client.sendMessage('grüß dich', { n: 7 });
  await untilHeard(heard, 'typingStatus', 2);
  expect(heard).toEqual([
    ['typingStatus', { status: 'typingOn' }],
    ['output', { text: expect.stringMatching(/^(token_endpoint|store)$/) as string, data: {} }],
    ['output', { text: 'You said grüß dich: 200', data: { n: 7 } }],
    ['finalPing', { type: 'regular' }],
    ['typingStatus', { status: 'typingOff' }],
  ]);
  client.sendMessage('again');
  await untilHeard(heard, 'finalPing', 2);
  // The same conversation, which has the token by now.
  expect(heard).toContainEqual(['output', { text: 'conversation', data: {} }]);
  expect(platform.sandbox.conversations.filter((one) => one.sessionId === sessionId)).toMatchObject([{ urlToken, userId: USER.userId, flowRuns: 2 }]);
});

test('the token was fetched once for all of them', async () => {
  expect(await platform.tokenRequests()).toBe(1);
});

test('what is injected or notified reaches the user whom it is for, and nobody else', async () => {
  const { heard } = await connect();
  const { heard: another } = await connect({ userId: 'another user' });
  const { sandbox, http } = platform;
  const post = async (url: string, text: string) => expect((await http({ method: 'POST', url, data: { ...USER, text } })).status).toBe(200);
  await post(sandbox.injectUrl(urlToken), 'from outside');
  await untilHeard(heard, 'output', 2);
  await post(sandbox.notifyUrl(urlToken), 'News');
  await untilHeard(heard, 'output', 3);
  expect(heard.map(([, payload]) => (payload as { text: string }).text).slice(1)).toEqual(['You said from outside: 200', 'News']);
  expect(another).toEqual([]);
});

test('what is meant for the store goes no further over a connection: no Flow, no output, and nothing of it in the log', async () => {
  const { sandbox } = platform;
  const { client, heard } = await connect();
  const { flowRuns } = sandbox.stats();
  // Not with the client's own method, which has no such members.
  const { socket } = client as unknown as { socket: { emit: (event: string, payload: object) => void } };
  socket.emit('processInput', { ...USER, text: 'secret', endpointSecret: SECRET, tokenStore: { op: 'read', tokenName: 'accessToken' } });
  client.sendMessage('hello');
  await untilHeard(heard, 'finalPing');
  expect(sandbox.stats().flowRuns).toBe(flowRuns + 1);
  expect(heard.filter(([event]) => event === 'output')).toHaveLength(2);
  expect(JSON.stringify(heard) + sandbox.logs.text()).not.toContain(SECRET);
});

test('a client with the wrong URL token is refused, before it is connected or after', async () => {
  const rest = platform.storeUrlToken;
  for (const token of ['nobody', rest]) await expect(connect({}, token)).rejects.toThrow('Error connecting');
  const { heard } = await connect({ enableInnerSocketHandshake: true }, 'nobody');
  await untilHeard(heard, 'socket/disconnect');
  expect(heard[0]).toMatchObject(['exception', { status: 404 }]);
});

test('a Flow that fails is an error for the client, without its reason; a fault drops the connection', async () => {
  const { sandbox } = platform;
  const failing = { id: 'fail', type: 'code' as const, config: { code: () => { throw new Error('canary-reason'); } } };
  const { urlToken: broken } = sandbox.createEndpoint({ type: 'socket', name: 'broken', flow: [failing] });
  const { client, heard } = await connect({}, broken);
  client.sendMessage('hello');
  await untilHeard(heard, 'typingStatus', 2);
  expect(heard[1]).toMatchObject(['error', { code: 500 }]);
  sandbox.setFault(broken, { dropConnection: true });
  client.sendMessage('hello');
  await untilHeard(heard, 'socket/disconnect');
});

test('the end of the sandbox is the end of its connections', async () => {
  const { heard } = await connect();
  await platform.sandbox.close();
  await untilHeard(heard, 'socket/disconnect');
});
