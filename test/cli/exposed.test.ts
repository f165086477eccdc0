import { literalSecrets } from '../../tools/cli/exposed';

test('secrets are literal unless they are references and nothing else', () => {
  const config = {
    apiKey: '${API_KEY}',
    endpointSecret: 'x${PART}',
    previousEndpointSecret: '${A}${B}',
    apiUrl: 'https://api.example.com',
    alertUrl: 'https://hooks.example.com/services/T0/B0/abc',
    tokens: [{ clientId: 'public', clientSecret: 'literal', refreshToken: '${REFRESH}' }],
    initialTokens: { 'my token': { token: { access_token: 'literal', expires_in: 1 }, timestamp: 1 } },
  };
  expect(literalSecrets(config)).toEqual([
    'endpointSecret',
    'alertUrl',
    'tokens[0].clientSecret',
    'initialTokens["my token"].token.access_token',
  ]);
});

test('the name of an initial token hides none', () => {
  const initialTokens = { extraParameters: { token: { access_token: 'literal', expires_in: 1 }, timestamp: 1 } };
  expect(literalSecrets({ initialTokens })).toEqual(['initialTokens.extraParameters.token.access_token']);
});

describe('extra parameters', () => {
  const secretsIn = (extraParameters: unknown): string[] => literalSecrets({ tokens: [{ extraParameters }] });

  test.each([
    ['a text', 'password=hunter2&resource=https%3A%2F%2Fa.example', 'password'],
    ['lines', 'resource=x\npin=1234', 'pin'],
    ['an object', { resource: 'x', password: 'hunter2' }, 'password'],
    ['a reference that is not all', 'password=x${PART}', 'password'],
  ])('are secrets, but for those that name what a token is for: %s', (_, given, name) => {
    expect(secretsIn(given)).toEqual([`tokens[0].extraParameters.${name}`]);
  });

  test.each([['resource=x&audience=y&scope=z'], [{ resource: 'x' }], ['password=${PASSWORD}'], ['${ALL}'], ['no pairs']])(
    'none are written out in %j',
    (given) => {
      expect(secretsIn(given)).toEqual([]);
    },
  );
});
