import { reportOf } from '../../src/errors';
import { readTokenEndpointConfig } from '../../src/oauth';
import type { TokenEndpointSettings } from '../../src/oauth';
import { thrownBy } from '../support/thrown-by';

const SMALLEST = { tokenUrl: 'https://login.example.com/token', clientId: 'a-client', clientSecret: 'canary-secret' };

describe('readTokenEndpointConfig', () => {
  it('fills in what is left out', () => {
    expect(readTokenEndpointConfig(SMALLEST)).toStrictEqual({
      ...SMALLEST,
      clientAuthentication: undefined,
      scope: undefined,
      audience: undefined,
      username: undefined,
      password: undefined,
      refreshToken: undefined,
      extraParameters: {},
      fallBackToClient: false,
      defaultLifetimeSeconds: undefined,
    });
  });

  it('reads every setting', () => {
    const settings = {
      ...SMALLEST,
      clientAuthentication: 'client_secret_post',
      scope: 'read write',
      audience: 'https://api.example.com',
      username: 'a-user',
      password: ' a passwörd ',
      refreshToken: 'first-refresh-token',
      extraParameters: 'resource=urn:a',
      fallBackToClient: true,
      defaultLifetimeSeconds: 900,
    };
    expect(readTokenEndpointConfig(settings)).toStrictEqual({ ...settings, extraParameters: { resource: 'urn:a' } });
  });

  it('takes empty fields for left out', () => {
    const empty = {
      clientAuthentication: '',
      scope: ' ',
      audience: '',
      username: ' ',
      password: '',
      refreshToken: '  ',
      extraParameters: '',
      defaultLifetimeSeconds: '',
    };
    expect(readTokenEndpointConfig({ ...SMALLEST, ...empty })).toStrictEqual(readTokenEndpointConfig(SMALLEST));
  });

  it('cuts the white space that comes with pasting, but not from the secret', () => {
    const config = readTokenEndpointConfig({
      tokenUrl: ' https://login.example.com/token\n',
      clientId: ' a-client ',
      clientSecret: ' a secret ',
      clientAuthentication: ' client_secret_post ',
      scope: ' read ',
      audience: '\tapi ',
      refreshToken: ' first ',
    });
    expect(config).toMatchObject({
      tokenUrl: 'https://login.example.com/token',
      clientId: 'a-client',
      clientSecret: ' a secret ',
      clientAuthentication: 'client_secret_post',
      scope: 'read',
      audience: 'api',
      refreshToken: 'first',
    });
  });

  const SLIPS = ['\n', '\r\n', '\t', '\u00a0', '\u200b', '\ufeff', '\u2060', '\u200e', '\u00ad', '\u2028', '\n\u200b \r\n'];

  it.each(SLIPS)('cuts off %j, which comes with pasting', (slip) => {
    const config = readTokenEndpointConfig({
      ...SMALLEST,
      clientId: `${slip}a-client${slip}`,
      clientSecret: `${slip.replace(/ /g, '')}a secret${slip.replace(/ /g, '')}`,
      scope: `${slip}read${slip}`,
      audience: `${slip}api${slip}`,
      refreshToken: `${slip}first${slip}`,
      extraParameters: { key: `${slip}value${slip}` },
    });
    expect(config).toMatchObject({
      clientId: 'a-client',
      clientSecret: 'a secret',
      scope: 'read',
      audience: 'api',
      refreshToken: 'first',
      extraParameters: { key: 'value' },
    });
    expect(readTokenEndpointConfig({ ...SMALLEST, extraParameters: `${slip}key=value${slip}` }).extraParameters).toEqual({ key: 'value' });
  });

  it.each([
    ['read\nwrite', 'read write'],
    ['read\r\n\twrite', 'read write'],
    ['  read   write  ', 'read write'],
    ['read\u00a0write', 'read write'],
    ['read \u200bwrite', 'read write'],
    ['\u200b', undefined],
  ])('separates scopes by one space each: %j', (scope, read) => {
    expect(readTokenEndpointConfig({ ...SMALLEST, scope }).scope).toBe(read);
  });

  it.each([['\u200b'], ['\ufeff\n'], [' \u2060 ']])('takes %j for empty', async (blank) => {
    expect((await thrownBy(() => readTokenEndpointConfig({ ...SMALLEST, clientId: blank }))).code).toBe('client_id_missing');
    expect((await thrownBy(() => readTokenEndpointConfig({ ...SMALLEST, clientSecret: blank }))).code).toBe('client_secret_missing');
    expect(readTokenEndpointConfig({ ...SMALLEST, audience: blank, refreshToken: blank })).toMatchObject({ audience: undefined, refreshToken: undefined });
  });

  it.each(['clientId', 'clientSecret', 'scope', 'audience', 'refreshToken'])('names %s where a character in it can not be sent', async (field) => {
    for (const character of ['\u200b', '\u2060', '\u0000', '\u2013', '\u201d', 'ü']) {
      const error = await thrownBy(() => readTokenEndpointConfig({ ...SMALLEST, [field]: `canary${character}secret` }));
      expect(error).toMatchObject({ code: 'configuration_invalid', field });
      expect(error.message).toBe(`Character 7 of "${field}" is a line break, invisible, or not ASCII.`);
    }
  });

  it.each([
    [900, 900],
    ['900', 900],
    [0.5, 0.5],
    [null, undefined],
  ])('reads a default lifetime of %p', (defaultLifetimeSeconds, seconds) => {
    expect(readTokenEndpointConfig({ ...SMALLEST, defaultLifetimeSeconds }).defaultLifetimeSeconds).toBe(seconds);
  });

  it('lets the scope be an extra parameter where the field is empty', () => {
    const config = readTokenEndpointConfig({ ...SMALLEST, scope: '', extraParameters: 'scope=read' });
    expect(config.extraParameters).toEqual({ scope: 'read' });
  });

  it('lets http to a remote host pass only when that is allowed', async () => {
    const settings = { ...SMALLEST, tokenUrl: 'http://login.example.com/token' };
    expect(readTokenEndpointConfig(settings, { allowInsecure: true }).tokenUrl).toBe(settings.tokenUrl);
    expect((await thrownBy(() => readTokenEndpointConfig(settings, {}))).code).toBe('insecure_url');
  });

  const REFUSED: [string, TokenEndpointSettings, string, string][] = [
    ['no URL', { tokenUrl: undefined }, 'url_missing', 'tokenUrl'],
    ['an empty URL', { tokenUrl: ' ' }, 'url_missing', 'tokenUrl'],
    ['a URL that is none', { tokenUrl: 'login.example.com' }, 'url_malformed', 'tokenUrl'],
    ['a URL with a password', { tokenUrl: 'https://a:canary-secret@b.example' }, 'url_malformed', 'tokenUrl'],
    ['http', { tokenUrl: 'http://login.example.com/token' }, 'insecure_url', 'tokenUrl'],
    ['no client ID', { clientId: undefined }, 'client_id_missing', 'clientId'],
    ['an empty client ID', { clientId: '' }, 'client_id_missing', 'clientId'],
    ['a blank client ID', { clientId: ' \n' }, 'client_id_missing', 'clientId'],
    ['a client ID that is no text', { clientId: 7 }, 'client_id_missing', 'clientId'],
    ['no client secret', { clientSecret: null }, 'client_secret_missing', 'clientSecret'],
    ['a blank client secret', { clientSecret: '  ' }, 'client_secret_missing', 'clientSecret'],
    ['a user name without a password', { username: 'a-user' }, 'configuration_invalid', 'password'],
    ['a user name with a blank password', { username: 'a-user', password: ' ' }, 'configuration_invalid', 'password'],
    ['a password without a user name', { password: 'canary-secret' }, 'configuration_invalid', 'username'],
    ['a password in place of the client secret', { clientSecret: '', password: 'canary-secret' }, 'client_secret_missing', 'clientSecret'],
    ['an unknown authentication', { clientAuthentication: 'canary-secret' }, 'client_authentication_invalid', 'clientAuthentication'],
    ['an authentication of another case', { clientAuthentication: 'CLIENT_SECRET_POST' }, 'client_authentication_invalid', 'clientAuthentication'],
    ['extra parameters that cannot be read', { extraParameters: 'canary-secret' }, 'extra_parameters_invalid', 'extraParameters'],
    ['the scope twice', { scope: 'a', extraParameters: 'scope=b' }, 'extra_parameters_invalid', 'extraParameters'],
    ['the audience twice', { audience: 'a', extraParameters: 'audience=b' }, 'extra_parameters_invalid', 'extraParameters'],
    ['a lifetime of 0', { defaultLifetimeSeconds: 0 }, 'default_lifetime_invalid', 'defaultLifetimeSeconds'],
    ['a lifetime of "0"', { defaultLifetimeSeconds: '0' }, 'default_lifetime_invalid', 'defaultLifetimeSeconds'],
    ['a negative lifetime', { defaultLifetimeSeconds: -1 }, 'default_lifetime_invalid', 'defaultLifetimeSeconds'],
    ['a lifetime in words', { defaultLifetimeSeconds: '1 hour' }, 'default_lifetime_invalid', 'defaultLifetimeSeconds'],
    ['a lifetime of NaN', { defaultLifetimeSeconds: NaN }, 'default_lifetime_invalid', 'defaultLifetimeSeconds'],
    ['a lifetime without end', { defaultLifetimeSeconds: 'Infinity' }, 'default_lifetime_invalid', 'defaultLifetimeSeconds'],
    ['a lifetime that is no number', { defaultLifetimeSeconds: true }, 'default_lifetime_invalid', 'defaultLifetimeSeconds'],
  ];

  it.each(REFUSED)('refuses %s', async (_, settings, code, field) => {
    const error = await thrownBy(() => readTokenEndpointConfig({ ...SMALLEST, ...settings }));
    expect(error).toMatchObject({ code, field, transient: false, status: undefined });
    expect(JSON.stringify(reportOf(error))).not.toContain('canary-secret');
  });
});
