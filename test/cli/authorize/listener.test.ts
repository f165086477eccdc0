import { get } from 'node:http';

import { listenForRedirect } from '../../../tools/cli/authorize/listener';

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    }).once('error', reject);
  });
}

test('exactly one redirect is answered, whoever comes second', async () => {
  const read = (parameters: URLSearchParams): string => parameters.get('code') ?? '';
  const listener = await listenForRedirect({ host: '127.0.0.1', port: undefined }, read);
  const { redirectUri, outcome } = listener;
  expect([await statusOf(`${redirectUri}?code=first`), await statusOf(`${redirectUri}?code=second`)]).toEqual([200, 404]);
  expect(await outcome).toBe('first');
  await listener.close();
  await expect(statusOf(`${redirectUri}?code=third`)).rejects.toThrow('ECONNREFUSED');
});
