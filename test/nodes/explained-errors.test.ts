import { ENDPOINT_SECRET } from '../support/store-endpoint';
import * as support from './support';

const { CONNECTION, run, SHARED } = support;

jest.mock('../../src/http/node-transport', () => jest.requireActual<typeof support>('./support').transportModule);
support.useWorld();

const ENDPOINT = { url: 'https://endpoint.example.com/x', endpointSecret: ENDPOINT_SECRET };

test.each([
  [{}, '"OAuth2 connection"'],
  [{ connection: CONNECTION, store: 'redis' }, '"Redis connection"'],
  [{ connection: CONNECTION, store: 'endpoint' }, '"Access Token Store connection"'],
  [{ ...SHARED, connection: { ...CONNECTION, tokenUrl: '' } }, '"Token URL"'],
  [{ ...SHARED, connection: { ...CONNECTION, clientId: '' } }, '"Client ID"'],
  [{ ...SHARED, connection: { ...CONNECTION, clientSecret: 'a\nb' } }, 'Character 2 of "Client secret"'],
  [{ connection: CONNECTION, store: 'redis', redisConnection: { url: 'x' } }, '"Redis URL"'],
  [{ connection: CONNECTION, store: 'endpoint', endpointConnection: { ...ENDPOINT, url: 'x' } }, '"Endpoint URL"'],
  [{ ...SHARED, cognigyApiConnection: { apiUrl: '', apiKey: 'k', functionId: 'f' } }, '"API URL"'],
])('%j: the setting is named as the form names it: %s', async (config, label) => {
  const { context } = await run('getAccessToken', config);
  const { message } = (context['accessToken'] as { error: { message: string } }).error;
  expect(message).toContain(label);
});

test.each([
  ['', 'they were refused in the header and in the body', 2],
  ['client_secret_basic', 'set its client authentication to client_secret_post', 1],
])('the remedy goes by the settings, also where an earlier refusal is told again: %j', async (clientAuthentication, remedy, requests) => {
  support.refuse('invalid_client', 401);
  for (let time = 1; time <= 2; time += 1) {
    const { context, logs } = await run('getAccessToken', { ...SHARED, connection: { ...CONNECTION, clientAuthentication } });
    const { error } = context['accessToken'] as { error: { remedy: string } };
    expect(error.remedy).toContain(remedy);
    expect(JSON.stringify(logs)).toContain(remedy);
  }
  expect(support.world.tokenRequests).toHaveLength(requests);
});
