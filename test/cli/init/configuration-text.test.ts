import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readConfiguration } from '../../../tools/cli/config';
import type { Answers } from '../../../tools/cli/init/answers';
import { configurationText } from '../../../tools/cli/init/configuration-text';
import { providerEntry } from '../../../tools/cli/init/provider-entry';
import { PROVIDERS } from '../../../tools/cli/providers';
import { deploySettings } from '../../../tools/cli/settings';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-text-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ANSWERS: Answers = {
  projectId: '64b7f0c2a1b2c3d4e5f60718',
  apiUrl: 'https://api-trial.cognigy.ai',
  apiKey: 'an-api-key',
  token: {
    tokenUrl: 'https://login.example.com/token',
    clientId: 'a-client',
    clientSecret: 'a-client-secret',
    clientAuthentication: 'client_secret_post',
    scope: '',
    audience: '',
    defaultLifetimeSeconds: '600',
  },
  refreshPercent: 80,
  store: 'endpoint',
  endpointBaseUrl: 'https://endpoint-trial.cognigy.ai',
  allowInsecure: false,
};
const ENVIRONMENT = { COGNIGY_API_KEY: 'an-api-key', CLIENT_SECRET: 'a-client-secret', ENDPOINT_SECRET: 'an-endpoint-secret' };

test.each<[string, Partial<Answers>]>([
  ['an Endpoint', {}],
  ['Redis', { store: 'redis', refreshFlowUrl: 'https://endpoint-trial.cognigy.ai/0123' }],
  ['an Endpoint and a Flow that refreshes', { refreshFlowUrl: 'https://endpoint-trial.cognigy.ai/0123' }],
])('with %s, deploy takes what init writes, without a warning', (_, changes) => {
  const file = join(folder, 'access-token.json');
  writeFileSync(file, configurationText({ ...ANSWERS, ...changes }));
  const { values, warnings } = readConfiguration(file, deploySettings, ENVIRONMENT);
  expect(warnings).toEqual([]);
  expect(values).toMatchObject({
    projectId: ANSWERS.projectId,
    apiKey: 'an-api-key',
    tokens: [{ clientSecret: 'a-client-secret', clientAuthentication: 'client_secret_post', refreshPercent: 80, defaultLifetimeSeconds: 600 }],
  });
});

const WITH_SECRET = PROVIDERS.filter(({ way }) => way.authentication === 'clientSecret');

test.each(WITH_SECRET.map((provider) => [provider.id, provider] as const))('%s: deploy takes what init writes of it', (_, provider) => {
  const entered = Object.entries(provider.placeholders ?? {}).map(([name, { example = 'a-text' }]) => [name, example]);
  const { answers, members, secrets } = providerEntry(provider, Object.fromEntries(entered) as Record<string, string>);
  const token = { ...answers, clientId: 'a-client', clientSecret: 'a-client-secret' };
  const file = join(folder, 'access-token.json');
  writeFileSync(file, configurationText({ ...ANSWERS, token, ofProvider: { members, secrets, paths: {} } }));
  const { values, warnings } = readConfiguration(file, deploySettings, { ...ENVIRONMENT, ...secrets });
  expect(warnings).toEqual([]);
  const { way } = provider;
  expect(values).toMatchObject({ tokens: [{ clientAuthentication: way.authentication === 'clientSecret' && way.clientAuthentication[0] }] });
});
