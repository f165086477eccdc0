/** What of an answer, and of a JWT, a Flow gets to see. */
import { includedMembers } from '../../src/refresh/included-members';
import type { Token } from '../../src/lifetime';
import { tokenOf } from '../support/token-records';

const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

const ANSWER: Token = tokenOf(jwt({ tenantId: 'T-1', name: 'Jörg 😀', roles: ['a', 'ü'], nested: { deep: 7 }, 'https://example.com/tenant': 'T-3', instance_url: 'not this one' }), {
  refresh_token: 'canary-refresh',
  id_token: 'canary-id',
  instance_url: 'https://api.example.com',
  expires_at: 5,
  active: false,
  'with.dots': 'T-4',
  empty: '',
  nothing: null,
  copy_of_it: 'canary-refresh',
  copies: ['fine', 'canary-id'],
  data: { tenant: 'T-2', list: [{ id: 1 }, { id: 2 }], refreshToken: 'canary-nested' },
  client_secret: 'canary-secret',
  password: 'canary-password',
  refresh: { value: 'canary-value' },
});

test.each<[string, unknown]>([
  ['instance_url', 'https://api.example.com'],
  ['expires_at', 5],
  ['active', false],
  ['empty', ''],
  ['data.tenant', 'T-2'],
  ['data.list[1].id', 2],
  ['data.list.0.id', 1],
  ['tenantId', 'T-1'],
  ['nested.deep', 7],
  ['roles', ['a', 'ü']],
  ['name', 'Jörg 😀'],
  ['https://example.com/tenant', 'T-3'],
  ['with.dots', 'T-4'],
])('%s is handed out', (name, value) => {
  expect(includedMembers(ANSWER, [name])).toEqual({ [name]: value });
});

test.each([
  'refresh_token',
  'Refresh_Token',
  'id_token',
  'data.refreshToken',
  'client_secret',
  'password',
  'refresh.value',
  'copy_of_it',
  'copies',
  'data',
  'data.list',
  'nested',
  'nothing',
  'missing',
  'constructor.name',
  '__proto__',
  'length',
  '',
])('%j is not', (name) => {
  expect(includedMembers(ANSWER, [name])).toEqual({});
});

test('several come under their own names', () => {
  expect(includedMembers(ANSWER, ['tenantId', 'missing', 'instance_url'])).toEqual({ tenantId: 'T-1', instance_url: 'https://api.example.com' });
});

test.each<[string, string]>([
  ['\\u00fc', 'ü'],
  ['\\ud83d\\ude00', '😀'],
  ['100 %', '100 %'],
])('a claim with JSON escapes: %s', (written, name) => {
  const access_token = `e30.${Buffer.from(`{"name":"${written}"}`).toString('base64url')}.c2ln`;
  expect(includedMembers(tokenOf(access_token), ['name'])).toEqual({ name });
});

test('an opaque token has no claims', () => {
  expect(includedMembers(tokenOf('opaque'), ['tenantId'])).toEqual({});
});
