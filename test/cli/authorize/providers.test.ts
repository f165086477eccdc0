import { consentAt, isOfProvider } from '../../../tools/cli/providers/consent';
import { fill } from '../../../tools/cli/providers/fill';
import { PROVIDERS } from '../../../tools/cli/providers';
import { AuthorizeWorld } from './support';

const WITH_CONSENT = PROVIDERS.filter(({ consent }) => consent !== undefined);

/** Its token URL, for some user. */
function tokenUrlOf(provider: (typeof PROVIDERS)[number]): string {
  const { placeholders = {} } = provider;
  const entered = Object.entries(placeholders).map(([name, { example, initial }]) => [name, initial ?? example ?? 'acme']);
  return fill(provider, Object.fromEntries(entered) as Record<string, string>).settings['tokenUrl'] ?? '';
}

test('whoever has access on behalf of a user by a client secret has a consent, but where none is documented', () => {
  const without = PROVIDERS.filter(({ way, userAccess, consent }) => way.authentication === 'clientSecret' && userAccess === 'yes' && consent === undefined);
  expect(without.map(({ id }) => id)).toEqual(['sap-xsuaa']);
});

describe.each(WITH_CONSENT.map((provider) => [provider.id, provider] as const))('%s', (id, provider) => {
  const tokenUrl = tokenUrlOf(provider);

  test('asks where its token URL is', () => {
    const { authorizationUrl = '', deviceAuthorizationUrl } = consentAt(provider, tokenUrl) ?? {};
    for (const url of [authorizationUrl, deviceAuthorizationUrl ?? authorizationUrl]) {
      expect(url).toMatch(/^https:\/\/[\w.-]+\//);
      expect(url).not.toContain('{');
    }
  });

  test('is known by its token URL, unless that may be anybody\'s', () => {
    const isAnybodys = ['auth0', 'okta', 'keycloak', 'cognito', 'zoho'].includes(id);
    expect(PROVIDERS.filter((one) => isOfProvider(one, tokenUrl)).map((one) => one.id)).toEqual(isAnybodys ? [] : [id]);
  });

  test('is asked with what it wants, at the address that is registered', async () => {
    const world = new AuthorizeWorld({ tokenUrl, provider: id, authorizationUrl: undefined, deviceAuthorizationUrl: undefined });
    world.user = async (address) => {
      const { scope = '', redirect_uri = '', ...parameters } = Object.fromEntries(address.searchParams);
      expect(redirect_uri).toMatch(/^http:\/\/localhost:\d+\/$/);
      expect(parameters).toMatchObject(provider.consent?.parameters ?? {});
      expect(scope.split(' ')).toEqual(['read', ...(provider.consent?.offlineScope === undefined ? [] : [provider.consent.offlineScope])]);
      await world.redirect(address, { error: 'enough' });
    };
    // The fixed port may be in use here.
    expect(await world.run({ port: String(20_000 + WITH_CONSENT.indexOf(provider)) })).toBe(1);
    expect(world.err).toContain('enough');
    world.remove();
  });
});
