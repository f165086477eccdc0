import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ARCHIVE_NAME, secretsOf, desiredState } from '../../../tools/cli/deploy/desired-state';
import type { DeployValues } from '../../../tools/cli/deploy/desired-state';

let templates: string;
beforeAll(() => {
  templates = mkdtempSync(join(tmpdir(), 'access-token-desired-'));
  writeFileSync(join(templates, ARCHIVE_NAME), 'an archive');
});
afterAll(() => rmSync(templates, { recursive: true }));

const CLIENT = { tokenUrl: 'https://login.example.com/token', clientId: 'a-client', clientSecret: 'a-client-secret' };
const PLACE: DeployValues = {
  projectId: 'p1',
  names: { function: 'F', endpoint: 'E', connections: 'Mine' },
  endpointType: 'webhook',
  apiUrl: 'https://api-trial.cognigy.ai',
  apiKey: 'an-api-key',
  functionTimeLimitSeconds: 900,
};
const VALUES: DeployValues = {
  ...PLACE,
  endpointSecret: 'an-endpoint-secret',
  tokens: [
    { tokenName: 'crm', ...CLIENT, clientAuthentication: 'client_secret_basic', refreshPercent: 90, extraParameters: {} },
    {
      tokenName: 'mail',
      ...CLIENT,
      scope: 'read',
      audience: 'https://mail',
      refreshToken: 'a-refresh-token',
      extraParameters: { resource: 'https://a.example?b=c', 'an & b': 'ü' },
      defaultLifetimeSeconds: 60,
    },
  ],
};
const connectionsOf = (values: DeployValues, ids = {}) =>
  desiredState(values, templates).connections(ids).map(({ name, type, extension, fields }) => ({ [name]: [type, extension, fields] }));

const TOKENS = [
  { 'Mine OAuth2 crm': ['oauth2ClientCredentials', 'access-token', { ...CLIENT, clientAuthentication: 'client_secret_basic' }] },
  {
    'Mine OAuth2 mail': [
      'oauth2ClientCredentials',
      'access-token',
      {
        ...CLIENT,
        scope: 'read',
        audience: 'https://mail',
        refreshToken: 'a-refresh-token',
        extraParameters: 'resource=https%3A%2F%2Fa.example%3Fb%3Dc&an%20%26%20b=%C3%BC',
      },
    ],
  },
];

test('connections are made of the configuration, and of what was found out', () => {
  expect(connectionsOf(VALUES, { functionId: 'f1', urlToken: 't1' })).toEqual([
    ...TOKENS,
    {
      'Mine Store': [
        'accessTokenStore',
        'access-token',
        { url: 'https://endpoint-trial.cognigy.ai/inject/t1', endpointSecret: 'an-endpoint-secret' },
      ],
    },
    {
      'Mine Cognigy API': [
        'cognigyApi',
        'access-token',
        { apiUrl: 'https://api-trial.cognigy.ai', apiKey: 'an-api-key', functionId: 'f1' },
      ],
    },
  ]);
});

test('what refers to things that are not there yet has no fields', () => {
  expect(connectionsOf({ ...VALUES, functionId: 'configured' })).toEqual([
    ...TOKENS,
    { 'Mine Store': ['accessTokenStore', 'access-token', undefined] },
    { 'Mine Cognigy API': ['cognigyApi', 'access-token', undefined] },
  ]);
});

test('without a store behind an Endpoint, and without tokens, there is the API alone', () => {
  expect(connectionsOf({ ...PLACE, refreshBy: 'flow' }).flatMap(Object.keys)).toEqual(['Mine Cognigy API']);
});

test('the secrets are those of the table; what a token is for is none', () => {
  const initialTokens = { crm: { token: { access_token: 'an-access-token', expires_in: 60 }, timestamp: 1 } };
  expect(secretsOf({ ...VALUES, initialTokens }).sort()).toEqual(
    ['an-access-token', 'an-api-key', 'an-endpoint-secret', 'a-client-secret', 'a-client-secret', 'a-refresh-token', 'ü'].sort(),
  );
});
