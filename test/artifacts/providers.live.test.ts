import { providerOf, PROVIDERS } from '../../tools/cli/providers';
import { patternsOf } from '../../tools/cli/providers/fill';
import type { Provider as ProviderData } from '../../tools/cli/providers/provider';
import { CLIENT_ID, CLIENT_SECRET, ProviderWorld } from './support/provider-world';
import type { Keeper, KeeperKind, Provider, ProviderRequest, ProviderSettings } from './support/provider-world';

let world: ProviderWorld;

beforeAll(async () => {
  world = await ProviderWorld.start();
});
afterAll(async () => {
  expect(world.platform.sandbox.logs.text()).not.toContain(CLIENT_SECRET);
  await world.close();
});

/** What each quirk's test gets. */
interface Stage {
  /** From here on the provider answers like this. */
  play: (provider: Provider) => void;
  /** The token with these settings, kept by the node or the Function. */
  keeper: (settings: ProviderSettings) => Keeper;
  /** The forms of the token requests so far. */
  forms: () => Record<string, string>[];
}

const played: string[] = [];

function known(id: string): ProviderData {
  const provider = providerOf(id);
  if (provider === undefined) throw new Error(`There is no provider ${id}.`);
  return provider;
}

/** What the table says of a provider's settings, but for those that differ between its users and the token URL, which is the test's. */
function settingsOf(id: string): ProviderSettings {
  const fixed = patternsOf(known(id).way).filter(([key, pattern]) => key !== 'tokenUrl' && !pattern.includes('{'));
  return Object.fromEntries(fixed.map(([key, value]) => [key, key === 'defaultLifetimeSeconds' ? Number(value) : value]));
}

/** One quirk, as the table of providers says it, with the node and with the Function. */
function quirk(id: string, sentence: string, body: (stage: Stage) => Promise<void>): void {
  played.push(`${id}: ${sentence}`);
  test.each<KeeperKind>(['node', 'Function'])(`${known(id).name}: ${sentence} (%s)`, async (kind) => {
    await body({
      play: (answer) => world.begin(answer),
      keeper: (settings) => world.keeper(kind, settings),
      forms: () => world.requests.map(({ form }) => form),
    });
  });
}

let issued = 0;

/** A token like nobody else's. */
function token(more: object = {}): { body: object } {
  issued += 1;
  return { body: { access_token: `access-${issued}`, token_type: 'Bearer', expires_in: 3600, ...more } };
}

function refusal(status: number, error: string, error_description?: string): { status: number; body: object } {
  return { status, body: { error, ...(error_description === undefined ? {} : { error_description }) } };
}

/** Gives a new refresh token for each, and takes none twice. */
function rotating(more: object = {}, oldOne = refusal(400, 'invalid_grant', 'The refresh token is used up.')): Provider {
  let valid = 'first';
  return ({ form }) => {
    if (form['refresh_token'] !== valid) return oldOne;
    valid = `refresh-${(issued += 1)}`;
    return token({ refresh_token: valid, ...more });
  };
}

/** Keeps the token, lets it grow old, keeps it again, and so on. */
async function keepFor(times: number, keeper: Keeper): Promise<void> {
  for (let time = 1; time <= times; time += 1) {
    if (time > 1) await keeper.letAge();
    expect(await keeper.keep()).toEqual({});
  }
}

const refreshTokens = (forms: Record<string, string>[]) => forms.map((form) => form['refresh_token']);
const inBody = ({ form }: ProviderRequest): boolean =>
  form['client_id'] === CLIENT_ID && form['client_secret'] === CLIENT_SECRET;

const ENTRA = 'entra';

quirk(ENTRA, 'With client credentials the scope is one resource with `/.default` behind it.', async ({ play, keeper }) => {
  play(({ form }) =>
    form['scope']?.endsWith('/.default') === true
      ? token({ expires_in: 4211, ext_expires_in: 4211 })
      : refusal(400, 'invalid_scope', 'AADSTS1002012: The provided value for scope is not valid.'),
  );
  const refused = await keeper({ ...settingsOf(ENTRA), scope: 'https://graph.microsoft.com/User.Read' }).keep();
  expect(refused).toMatchObject({ code: 'invalid_scope', message: expect.stringContaining('AADSTS1002012') as string });
  const taken = keeper(settingsOf(ENTRA));
  await keepFor(1, taken);
  expect(taken.record?.token.expires_in).toBe(4211);
});

quirk(ENTRA, 'The older v1 endpoint wants `resource`, and answers its numbers as texts.', async ({ play, keeper }) => {
  play(({ form }) =>
    form['resource'] === 'https://graph.microsoft.com'
      ? token({ expires_in: '3599', ext_expires_in: '3599', expires_on: '1789003599', not_before: '1789000000' })
      : refusal(400, 'invalid_request', 'AADSTS900144: The request body must contain the resource.'),
  );
  expect(await keeper({}).keep()).toMatchObject({ code: 'invalid_request' });
  const taken = keeper({ extraParameters: 'resource=https://graph.microsoft.com' });
  await keepFor(1, taken);
  expect(taken.record?.token.expires_in).toBe(3599);
});

/** The newest refresh token is the one that is used. */
async function keepsTheNewest({ play, keeper, forms }: Stage): Promise<void> {
  play(() => token({ refresh_token: `refresh-${(issued += 1)}` }));
  const taken = keeper({ refreshToken: 'first' });
  await keepFor(3, taken);
  const used = refreshTokens(forms());
  expect(used[0]).toBe('first');
  expect(new Set([...used, taken.record?.token.refresh_token]).size).toBe(4);
}

quirk(ENTRA, 'Each use of a refresh token gives a new one; the old one goes on working.', keepsTheNewest);

const SALESFORCE = 'salesforce';

quirk(SALESFORCE, 'No answer says how long the token lives.', async ({ play, keeper }) => {
  const answer = { expires_in: undefined, issued_at: '1789000000000', instance_url: 'https://example.my.salesforce.com' };
  play(() => token(answer));
  const guessed = keeper({});
  await keepFor(1, guessed);
  expect(guessed.record?.token).toMatchObject({ expires_in: 900, lifetime_assumed: true });
  const taken = keeper(settingsOf(SALESFORCE));
  await keepFor(2, taken);
  expect(taken.record?.token).toMatchObject({ expires_in: 7200, instance_url: 'https://example.my.salesforce.com' });
});

quirk(SALESFORCE, 'Client credentials work at the address of My Domain only.', async ({ play, keeper, forms }) => {
  play(() => refusal(400, 'invalid_grant', 'request not supported on this domain'));
  const refused = await keeper(settingsOf(SALESFORCE)).keep();
  expect(refused).toMatchObject({ code: 'invalid_grant', message: expect.stringContaining('not supported on this domain') as string });
  expect(forms()).toHaveLength(1);
});

quirk(SALESFORCE, 'Without rotation a refresh answers no refresh token: the first one stays.', async ({ play, keeper, forms }) => {
  play(() => token({ expires_in: undefined }));
  const taken = keeper({ ...settingsOf(SALESFORCE), refreshToken: 'first' });
  await keepFor(3, taken);
  expect(refreshTokens(forms())).toEqual(['first', 'first', 'first']);
});

const GOOGLE = 'google';

quirk(GOOGLE, 'A refresh answers no refresh token: the first one stays.', async ({ play, keeper, forms }) => {
  play(({ form }) =>
    form['grant_type'] === 'refresh_token' ? token({ expires_in: 3599 }) : refusal(400, 'unsupported_grant_type', 'Invalid grant_type'),
  );
  const taken = keeper({ ...settingsOf(GOOGLE), refreshToken: 'first' });
  await keepFor(3, taken);
  expect(refreshTokens(forms())).toEqual(['first', 'first', 'first']);
});

quirk(GOOGLE, 'While the app is in *Testing*, a refresh token lives 7 days.', async ({ play, keeper, forms }) => {
  play(({ form }) =>
    form['grant_type'] === 'refresh_token'
      ? refusal(400, 'invalid_grant', 'Token has been expired or revoked.')
      : refusal(400, 'unsupported_grant_type', 'Invalid grant_type: client_credentials'),
  );
  expect(await keeper({ ...settingsOf(GOOGLE), refreshToken: 'first' }).keep()).toMatchObject({
    code: 'invalid_grant',
    message: expect.stringContaining('expired or revoked') as string,
  });
  // What Google does not have is tried once at most.
  expect(forms().length).toBeLessThanOrEqual(2);
});

const AUTH0 = 'auth0';

quirk(AUTH0, 'Always enter the audience.', async ({ play, keeper }) => {
  // Some tenants answer an opaque token without one: only the API can tell that it is of no use.
  play(() => token({ access_token: 'opaque', expires_in: 86_400 }));
  const opaque = keeper({});
  await keepFor(1, opaque);
  expect(opaque.record?.token.access_token).toBe('opaque');
  play(({ form }) =>
    form['audience'] === 'https://api.example.com'
      ? token({ expires_in: 86_400 })
      : refusal(403, 'access_denied', 'No audience parameter was provided, and no default audience has been configured'),
  );
  expect(await keeper({}).keep()).toMatchObject({
    code: 'token_endpoint_error',
    message: expect.stringContaining('access_denied: No audience parameter') as string,
  });
  const taken = keeper({ ...settingsOf(AUTH0), audience: 'https://api.example.com' });
  await keepFor(1, taken);
  expect(taken.record?.token.expires_in).toBe(86_400);
});

quirk(AUTH0, 'With rotation, a refresh token that is used twice ends all of them.', async ({ play, keeper, forms }) => {
  play(rotating({ expires_in: 86_400 }, refusal(403, 'invalid_grant', 'Unknown or invalid refresh token.')));
  await keepFor(4, keeper({ ...settingsOf(AUTH0), refreshToken: 'first' }));
  expect(new Set(refreshTokens(forms())).size).toBe(4);
});

quirk(AUTH0, 'Too many token requests are answered with 429.', async ({ play, keeper, forms }) => {
  play(() => ({ status: 429, headers: { 'retry-after': '30' }, body: { error: 'too_many_requests' } }));
  const taken = keeper({ ...settingsOf(AUTH0), audience: 'https://api.example.com' });
  expect(await taken.keep()).toMatchObject({ code: 'token_endpoint_unavailable' });
  // Everybody waits for as long as was asked for.
  const asked = forms().length;
  const { result } = await world.platform.run('getAccessToken', taken.nodeConfig);
  expect(result.error).toMatchObject({ code: 'token_endpoint_unavailable', message: expect.stringMatching(/in (29|30) s/) as string });
  expect(forms()).toHaveLength(asked);
});

const OKTA = 'okta';

quirk(OKTA, 'The org authorization server takes signed assertions only.', async ({ play, keeper }) => {
  const words = 'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.';
  play(() => refusal(401, 'invalid_client', words));
  expect(await keeper({ ...settingsOf(OKTA), scope: 'okta.users.read' }).keep()).toMatchObject({
    code: 'invalid_client',
    message: expect.stringContaining('private_key_jwt') as string,
  });
});

quirk(OKTA, 'A custom authorization server wants a scope, unless it has a default one.', async ({ play, keeper }) => {
  const words = "The authorization server resource does not have any configured default scopes, 'scope' must be provided.";
  play(({ form }) => (form['scope'] === 'tickets.read' ? token() : refusal(400, 'invalid_scope', words)));
  expect(await keeper({}).keep()).toMatchObject({ code: 'invalid_scope' });
  await keepFor(1, keeper({ ...settingsOf(OKTA), scope: 'tickets.read' }));
});

const KEYCLOAK = 'keycloak';

quirk(KEYCLOAK, 'Its own members come along: only `expires_in` counts.', async ({ play, keeper }) => {
  play(() => token({ expires_in: 300, refresh_expires_in: 0, 'not-before-policy': 0, scope: 'profile email' }));
  const taken = keeper(settingsOf(KEYCLOAK));
  await keepFor(2, taken);
  expect(taken.record?.token).toMatchObject({ expires_in: 300 });
  expect(taken.record?.token).not.toHaveProperty('refresh_token');
});

quirk(KEYCLOAK, 'Each use of a refresh token gives a new one; the old one goes on working.', keepsTheNewest);

quirk(KEYCLOAK, 'A refresh token ends with its session; a service account goes on without it, if it may.', async ({ play, keeper, forms }) => {
  play(({ form }) =>
    form['grant_type'] === 'refresh_token' ? refusal(400, 'invalid_grant', 'Token is not active') : token({ expires_in: 300 }),
  );
  const taken = keeper({ ...settingsOf(KEYCLOAK), refreshToken: 'first', fallBackToClient: true });
  const first = await taken.keep();
  // The Function asks once a hop: it takes the client credentials in the next one.
  if (first.code !== undefined) {
    expect(first.code).toBe('invalid_grant');
    await world.platform.clock.advanceBy(5500);
    expect(await taken.keep()).toEqual({});
  }
  expect(forms().map((form) => form['grant_type'])).toEqual(['refresh_token', 'client_credentials']);
});

const GENESYS = 'genesys';

quirk(GENESYS, 'The OAuth client says how long its tokens live, 5 minutes to 2 days.', async ({ play, keeper }) => {
  for (const expires_in of [300, 172_799]) {
    play(({ basic }) => (basic === `${CLIENT_ID}:${CLIENT_SECRET}` ? token({ expires_in }) : refusal(401, 'invalid_client')));
    const taken = keeper(settingsOf(GENESYS));
    await keepFor(2, taken);
    expect(taken.record?.token.expires_in).toBe(expires_in);
  }
});

const SERVICENOW = 'servicenow';

quirk(SERVICENOW, 'While a token is valid, client credentials answer it again, with a new lifetime.', async ({ play, keeper }) => {
  play(() => token({ access_token: 'the-same', expires_in: 1799, scope: 'useraccount' }));
  const taken = keeper(settingsOf(SERVICENOW));
  await keepFor(1, taken);
  await taken.letAge();
  const aged = taken.record;
  expect(await taken.keep()).toEqual({});
  expect(taken.record?.token.access_token).toBe('the-same');
  expect((taken.record?.timestamp ?? 0) - (aged?.timestamp ?? 0)).toBeGreaterThan(1600);
});

quirk(SERVICENOW, 'A refresh answers the same refresh token, which lives 100 days.', async ({ play, keeper, forms }) => {
  play((request) =>
    inBody(request) ? token({ refresh_token: request.form['refresh_token'], expires_in: 1799 }) : refusal(401, 'access_denied'),
  );
  await keepFor(3, keeper({ ...settingsOf(SERVICENOW), refreshToken: 'first' }));
  expect(refreshTokens(forms())).toEqual(['first', 'first', 'first']);
});

const SAP = 'sap-xsuaa';

quirk(SAP, 'Client ids hold `!` and `|`, which not every service decodes in a Basic header.', async ({ play, keeper }) => {
  const clientId = 'sb-bot!t4711|api!b12';
  play(({ form, basic }) =>
    basic === `${clientId}:${CLIENT_SECRET}` || (form['client_id'] === clientId && form['client_secret'] === CLIENT_SECRET)
      ? token({ expires_in: 43_199 })
      : refusal(401, 'unauthorized', 'Bad credentials'),
  );
  const refused = await keeper({ clientId, clientAuthentication: 'client_secret_basic' }).keep();
  expect(refused).toMatchObject({ code: 'invalid_client', message: expect.stringContaining('Bad credentials') as string });
  await keepFor(1, keeper({ ...settingsOf(SAP), clientId }));
  // Where it is left open, it is found out.
  await keepFor(1, keeper({ clientId }));
});

quirk(SAP, 'Tokens are some thousand characters long.', async ({ play, keeper }) => {
  const access_token = `ey${'J'.repeat(8000)}`;
  play(() => token({ access_token, expires_in: 43_199 }));
  const taken = keeper(settingsOf(SAP));
  await keepFor(1, taken);
  expect(taken.record?.token.access_token).toBe(access_token);
  const { result } = await world.platform.run('getAccessToken', taken.nodeConfig);
  expect(result.authorization).toBe(`Bearer ${access_token}`);
});

const COGNITO = 'cognito';

quirk(COGNITO, 'Errors are 400 and a code, mostly without words.', async ({ play, keeper }) => {
  play(() => refusal(400, 'invalid_client'));
  expect(await keeper(settingsOf(COGNITO)).keep()).toMatchObject({
    code: 'invalid_client',
    message: expect.stringContaining('answered invalid_client.') as string,
  });
});

quirk(COGNITO, 'A refresh answers no refresh token, unless rotation is on.', async ({ play, keeper, forms }) => {
  play(() => token({ id_token: 'an-id-token' }));
  await keepFor(3, keeper({ ...settingsOf(COGNITO), refreshToken: 'first' }));
  expect(refreshTokens(forms())).toEqual(['first', 'first', 'first']);
  play(rotating());
  await keepFor(3, keeper({ ...settingsOf(COGNITO), refreshToken: 'first' }));
  expect(new Set(refreshTokens(forms())).size).toBe(3);
});

const HUBSPOT = 'hubspot';

quirk(HUBSPOT, 'The credentials go into the body.', async ({ play, keeper }) => {
  play((request) =>
    inBody(request)
      ? token({ refresh_token: request.form['refresh_token'], expires_in: 1800 })
      : { status: 400, body: { status: 'BAD_CLIENT_ID', message: 'missing or unknown client id' } },
  );
  expect(await keeper({ refreshToken: 'first', clientAuthentication: 'client_secret_basic' }).keep()).toHaveProperty('code');
  await keepFor(2, keeper({ ...settingsOf(HUBSPOT), refreshToken: 'first' }));
  await keepFor(2, keeper({ refreshToken: 'first' }));
});

quirk(HUBSPOT, 'Errors have OAuth\'s code beside HubSpot\'s own status; older answers have the latter only.', async ({ play, keeper, forms }) => {
  const own = { status: 'BAD_REFRESH_TOKEN', message: 'missing or unknown refresh token' };
  const settings: ProviderSettings = { ...settingsOf(HUBSPOT), refreshToken: 'gone' };
  play(({ form }) =>
    form['grant_type'] === 'refresh_token'
      ? { status: 400, body: { ...own, error: 'invalid_grant', error_description: own.message } }
      : refusal(400, 'unsupported_grant_type'),
  );
  expect(await keeper(settings).keep()).toMatchObject({ code: 'invalid_grant' });
  play(({ form }) => (form['grant_type'] === 'refresh_token' ? { status: 400, body: own } : refusal(400, 'unsupported_grant_type')));
  expect(await keeper(settings).keep()).toEqual({
    code: 'invalid_grant',
    message: expect.stringContaining('HTTP 400: missing or unknown refresh token.') as string,
  });
  expect(forms()[0]).toMatchObject({ grant_type: 'refresh_token' });
  play(() => ({ status: 400, body: { status: 'BAD_CLIENT_SECRET', message: 'missing or invalid client secret' } }));
  expect(await keeper(settings).keep()).toMatchObject({ code: 'token_endpoint_rejected' });
});

const ZENDESK = 'zendesk';

quirk(ZENDESK, 'A refresh ends the old access token at once.', async ({ play, keeper, forms }) => {
  play(rotating({ expires_in: 1800 }));
  const taken = keeper({ ...settingsOf(ZENDESK), refreshToken: 'first' });
  await keepFor(1, taken);
  const ended = taken.record?.token.access_token;
  await taken.letAge();
  expect(await taken.keep()).toEqual({});
  const asked = forms().length;
  // A conversation that still had the old one: it gets the new one, and nobody asks Zendesk again.
  const again = { ...taken.nodeConfig, rejectedToken: ended };
  const { result, branch } = await world.platform.run('refreshIfExpiring', again);
  expect({ branch, token: result.access_token }).toEqual({ branch: 'OnStillValid', token: taken.record?.token.access_token });
  expect(result.access_token).not.toBe(ended);
  expect(forms()).toHaveLength(asked);
});

quirk(ZENDESK, 'A refresh token is used once.', async ({ play, keeper, forms }) => {
  play(rotating({ expires_in: 1800 }));
  await keepFor(4, keeper({ ...settingsOf(ZENDESK), refreshToken: 'first' }));
  expect(new Set(refreshTokens(forms())).size).toBe(4);
});

quirk(ZENDESK, 'Tokens of older clients have no lifetime, unless it is asked for.', async ({ play, keeper }) => {
  play(({ form }) => token({ expires_in: form['expires_in'] === undefined ? null : Number(form['expires_in']) }));
  const settings: ProviderSettings = { ...settingsOf(ZENDESK), refreshToken: 'first' };
  const guessed = keeper(settings);
  await keepFor(1, guessed);
  expect(guessed.record?.token).toMatchObject({ expires_in: 900, lifetime_assumed: true });
  const taken = keeper({ ...settings, extraParameters: 'expires_in=7200&refresh_token_expires_in=2592000' });
  await keepFor(1, taken);
  expect(taken.record?.token.expires_in).toBe(7200);
});

test('exactly the quirks that the table marks are played here', () => {
  const marked = PROVIDERS.flatMap(({ id, quirks }) => quirks.filter(({ isPlayed }) => isPlayed).map(({ sentence }) => `${id}: ${sentence}`));
  expect(marked.sort()).toEqual([...played].sort());
});
