import { LoopbackServer } from '../../support/loopback-server';
import { RealExtension } from '../../support/real-extension';

let server: LoopbackServer;

beforeAll(async () => {
  server = await LoopbackServer.start();
});
afterAll(() => server.stop());

test('an API that sends a byte now and then, and one that sends none, are not waited for longer than the time limit', async () => {
  const extension = new RealExtension();
  const timers: NodeJS.Timeout[] = [];
  const connection = { tokenUrl: 'http://127.0.0.1:1/token', clientId: 'bot', clientSecret: 'canary' };
  const token = { access_token: 'canary-token', token_type: 'Bearer', expires_in: 3600 };
  const context = { _accessTokenCopies: { accessToken: { token, timestamp: Math.floor(Date.now() / 1000), version: 1 } } };
  const call = async () => {
    const { context: after } = await extension.run('authorizedRequest', { connection, url: server.url, method: 'POST', body: { a: 1 }, timeoutSeconds: 1 }, context);
    return (after['apiResponse'] as { error?: { code: string } }).error?.code;
  };
  try {
    server.answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      timers.push(setInterval(() => response.write(' '), 50));
    };
    expect(await call()).toBe('api_timeout');
    server.answer = () => undefined;
    expect(await call()).toBe('api_timeout');
    // A POST that may have been carried out is not sent again.
    expect(server.requests).toHaveLength(2);
  } finally {
    timers.forEach(clearInterval);
  }
});
