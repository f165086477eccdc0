import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { url } from '../../../src/settings/setting';
import { readTokenEndpointConfig } from '../../../src/settings/token';
import { idsLike, providerOf, PROVIDERS } from '../../../tools/cli/providers';
import { fill, namesIn, patternsOf } from '../../../tools/cli/providers/fill';
import type { Placeholder, Provider } from '../../../tools/cli/providers/provider';

const FOLDER = join(__dirname, '../../../tools/cli/providers');

/** What custom requests replace themselves. */
const SENT = ['username', 'secret', 'basic'];

const named = PROVIDERS.map((provider) => [provider.id, provider] as const);

const exampleOf = ({ initial, choices = {}, example = 'x', variable }: Placeholder): string =>
  variable === undefined ? (initial ?? Object.keys(choices)[0] ?? example) : `canary-${variable}`;

const examplesOf = ({ placeholders = {} }: Provider): Record<string, string> =>
  Object.fromEntries(Object.entries(placeholders).map(([name, placeholder]) => [name, exampleOf(placeholder)]));

test('ids and names are unique, and each file is in the table', () => {
  for (const texts of [PROVIDERS.map(({ id }) => id), PROVIDERS.map(({ name }) => name)]) {
    expect(new Set(texts).size).toBe(texts.length);
  }
  const files = readdirSync(FOLDER).filter((file) => !['index.ts', 'consent.ts', 'fill.ts', 'provider.ts'].includes(file));
  expect(files.sort()).toEqual(PROVIDERS.map(({ id }) => `${id}.ts`).sort());
});

describe.each(named)('%s', (id, provider) => {
  const { way, placeholders = {}, notes = {}, quirks, sources } = provider;
  const patterns = patternsOf(way);
  const texts = patterns.map(([, pattern]) => pattern);

  test('says everything', () => {
    expect(id).toMatch(/^[a-z\d]+(?:-[a-z\d]+)*$/);
    const { name, clientAccess, userAccess, lifetime, refreshToken, store } = provider;
    const said = { name, clientAccess, userAccess, lifetime, refreshToken, store, ...notes };
    for (const [key, text] of Object.entries(said)) expect([key, text.trim()]).toEqual([key, expect.stringMatching(/./)]);
    expect(store).toMatch(/^(?:Endpoint|Redis)\b/);
    expect([clientAccess, userAccess]).not.toEqual(['no', 'no']);
    expect(quirks.length).toBeGreaterThan(0);
    for (const { sentence } of quirks) expect(sentence).toMatch(/^[A-Z].*[.:]$/);
  });

  test('has a source for its facts, with the date', () => {
    expect(sources.length).toBeGreaterThan(0);
    for (const { title, url: address, read } of sources) {
      expect(title).not.toBe('');
      expect(url(address.replace(/#.*/, ''), { field: 'url' })).toMatch(/^https:/);
      expect(read).toMatch(/^20\d\d-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?$/);
    }
  });

  test('explains each placeholder, and has none that is not used', () => {
    const used = new Set(texts.flatMap(namesIn));
    const sent = way.authentication === 'customRequest' ? SENT : [];
    expect([...used].filter((name) => !sent.includes(name)).sort()).toEqual(Object.keys(placeholders).sort());
    for (const { what } of Object.values(placeholders)) expect(what).toMatch(/^[`A-Z]/);
  });

  test('becomes valid settings, with every secret in a variable', () => {
    const { settings, secrets } = fill(provider, examplesOf(provider));
    expect(Object.values(settings).join('\n')).not.toContain('canary-');
    for (const [variable, value] of Object.entries(secrets)) {
      expect(variable).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/);
      expect(value).not.toBe('');
    }
    const { authentication } = way;
    if (authentication === 'clientSecret') {
      const client = { clientId: 'a', clientSecret: 'b', ...settings };
      expect(readTokenEndpointConfig(client)).toMatchObject({ clientAuthentication: way.clientAuthentication[0] });
      return;
    }
    const address = settings[authentication === 'signedJwt' ? 'tokenUrl' : 'url'];
    expect(url(address, { field: 'tokenUrl' })).toMatch(/^https:/);
    if (authentication === 'signedJwt') expect(settings['key']).toBe('${PRIVATE_KEY}');
    else expect(settings['secret']).toMatch(/^\$\{[A-Z_]+\}$/);
  });

  test('sends a body of the type that it names', () => {
    if (way.authentication !== 'customRequest') return;
    const { headers = '', body = '', secret } = way;
    for (const line of headers.split('\n')) expect(line).toMatch(/^[A-Za-z-]+: \S/);
    expect(namesIn(headers + body)).toEqual(expect.arrayContaining([expect.stringMatching(/^(?:secret|basic)$/)]));
    expect(secret).toMatch(/^\{\w+\}$/);
    if (headers.includes('application/json')) expect(JSON.parse(body)).toEqual(expect.any(Object));
    else expect([...new URLSearchParams(body).keys()]).toContain('grant_type');
  });
});

test('an id that is not known gets the ones that may be meant', () => {
  expect(providerOf('zoom')?.name).toBe('Zoom');
  expect(providerOf('toString')).toBeUndefined();
  expect(idsLike('microsoft')).toEqual(['entra', 'entra-certificate']);
  expect(idsLike('SAP')).toEqual(['sap-xsuaa', 'sap-ariba']);
  expect(idsLike('keyclok')).toEqual(['keycloak']);
  expect(idsLike('nothing like it')).toEqual([]);
  expect(idsLike('')).toEqual([]);
});

test('the overview names each, and each has a page of its own', () => {
  const docs = join(FOLDER, '../../../docs');
  const overview = readFileSync(join(docs, 'providers.md'), 'utf8');
  const named = [...overview.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\)/gm)].map(([, name, page]) => ({ name, page }));
  expect(named).toEqual(PROVIDERS.map(({ id, name }) => ({ name, page: `providers/${id}.md` })));
  expect(readdirSync(join(docs, 'providers')).sort()).toEqual(PROVIDERS.map(({ id }) => `${id}.md`).sort());
  for (const { id, name } of PROVIDERS) expect(readFileSync(join(docs, 'providers', `${id}.md`), 'utf8')).toMatch(new RegExp(`^# ${name.replace(/[()]/g, '\\$&')}\n`));
  expect(overview).not.toMatch(/@[A-Z]+@/);
});
