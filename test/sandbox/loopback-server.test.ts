import { listenOnLoopback, type LoopbackServer } from '../../tools/sandbox/loopback-server';

let server: LoopbackServer;

beforeAll(async () => {
  server = await listenOnLoopback((_request, response) => response.end(), 0);
});
afterAll(() => server.close());

test('a client keeps its connection as long as it likes: the server sets no end to it', async () => {
  const { headers } = await fetch(server.origin);
  expect(headers.get('connection')).toBe('keep-alive');
  expect(headers.get('keep-alive')).toBeNull();
});
