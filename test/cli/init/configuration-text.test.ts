import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readConfiguration } from '../../../tools/cli/config';
import type { Answers } from '../../../tools/cli/init/answers';
import { configurationText } from '../../../tools/cli/init/configuration-text';
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
