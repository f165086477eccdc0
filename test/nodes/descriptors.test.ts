import type { INodeDescriptor } from '@cognigy/extension-tools';
import type { INodeField } from '@cognigy/extension-tools/build/interfaces/descriptor';

import extension from '../../src/module';
import { authorizedRequest } from '../../src/nodes/authorized-request';
import { forgetToken } from '../../src/nodes/forget-token';
import { getAccessToken } from '../../src/nodes/get-access-token';
import { readResultPlace, readTokenSettings } from '../../src/nodes/node-config';
import type { NodeConfig } from '../../src/nodes/node-config';
import { refreshIfExpiring } from '../../src/nodes/refresh-if-expiring';
import { readServiceSettings } from '../../src/nodes/service-settings';
import { readRequest } from '../../src/settings/request';

const LONGEST_TEXT = 200;
const MOST_SECTION_FIELDS = 35;
const LANGUAGES = ['default', 'enUS', 'deDE', 'esES', 'koKR', 'jaJP'];

const [getNode] = getAccessToken as [INodeDescriptor, ...INodeDescriptor[]];
const [refreshNode] = refreshIfExpiring as [INodeDescriptor, ...INodeDescriptor[]];
const [requestNode] = authorizedRequest as [INodeDescriptor, ...INodeDescriptor[]];
const PARENTS: INodeDescriptor[] = [getNode, refreshNode, requestNode];
/** Those with a form. */
const FORMS: INodeDescriptor[] = [...PARENTS, forgetToken];
const ALL: INodeDescriptor[] = [...getAccessToken, ...refreshIfExpiring, ...authorizedRequest, forgetToken];
/** The key of the result in context or input, where nobody names another one. */
const RESULT_KEYS: Record<string, string> = { authorizedRequest: 'apiResponse' };

const FIELD_KEYS = [
  'authentication',
  'signedJwtConnection',
  'customRequestConnection',
  'authorizationHeader',
  'authorizationScheme',
  'includeMembers',
  'connectionTest',
  'cognigyApiConnection',
  'redisConnection',
  'connection',
  'store',
  'endpointConnection',
  'tokenName',
  'refreshPercent',
  'reuseInConversation',
  'storeLocation',
  'contextKey',
  'inputKey',
  'defaultLifetimeSeconds',
  'fallBackToClient',
  'tlsConnection',
  'allowInsecure',
];

const REQUEST_KEYS = [
  'method',
  'url',
  'headers',
  'bodyType',
  'body',
  'bodyText',
  'timeoutSeconds',
  'retryStatuses',
  'retryPath',
  'retryValue',
  'includePaths',
  'maxBytes',
];

interface Option {
  value: string;
  label: unknown;
}

function fieldsOf({ fields }: INodeDescriptor): INodeField[] {
  return fields ?? [];
}

/** The keys of what is entered: static text is no setting. */
function keysOf(node: INodeDescriptor): string[] {
  return fieldsOf(node).map(({ key }) => key).filter((key) => !key.endsWith('Hint')).sort();
}

function fieldOf(node: INodeDescriptor, key: string): INodeField {
  const field = fieldsOf(node).find((candidate) => candidate.key === key);
  if (field === undefined) throw new Error(`${node.type} has no field ${key}.`);
  return field;
}

function optionsOf({ params }: INodeField): Option[] {
  return (params as { options?: Option[] } | undefined)?.options ?? [];
}

describe('names that saved Flows depend on', () => {
  test('node types and their branches', () => {
    expect(ALL.map(({ type, parentType }) => [type, parentType ?? null])).toEqual([
      ['getAccessToken', null],
      ['getAccessTokenOnSuccess', 'getAccessToken'],
      ['getAccessTokenOnError', 'getAccessToken'],
      ['refreshIfExpiring', null],
      ['refreshIfExpiringOnRefreshed', 'refreshIfExpiring'],
      ['refreshIfExpiringOnStillValid', 'refreshIfExpiring'],
      ['refreshIfExpiringOnError', 'refreshIfExpiring'],
      ['authorizedRequest', null],
      ['authorizedRequestOnSuccess', 'authorizedRequest'],
      ['authorizedRequestOnError', 'authorizedRequest'],
      ['forgetToken', null],
    ]);
    expect(extension.nodes).toEqual(ALL);
  });

  test('field keys', () => {
    expect(keysOf(getNode)).toEqual([...FIELD_KEYS].sort());
    expect(keysOf(refreshNode)).toEqual([...FIELD_KEYS, 'rejectedToken'].sort());
    expect(keysOf(requestNode)).toEqual([...FIELD_KEYS, ...REQUEST_KEYS].sort());
    const connections = ['connection', 'signedJwtConnection', 'customRequestConnection', 'endpointConnection', 'redisConnection', 'tlsConnection'];
    expect(keysOf(forgetToken)).toEqual([...connections, 'authentication', 'store', 'tokenName', 'revocationUrl', 'contextKey', 'allowInsecure'].sort());
  });

  test.each(PARENTS)('the stores, the places and the connection types in $type', (node) => {
    expect(optionsOf(fieldOf(node, 'store')).map(({ value }) => value)).toEqual(['conversation', 'endpoint', 'redis']);
    expect(optionsOf(fieldOf(node, 'storeLocation')).map(({ value }) => value)).toEqual(['context', 'input']);
    expect(optionsOf(fieldOf(node, 'authentication')).map(({ value }) => value)).toEqual(['clientSecret', 'signedJwt', 'customRequest']);
    expect(fieldOf(node, 'connection')).toMatchObject({
      type: 'connection',
      params: { connectionType: 'oauth2ClientCredentials' },
    });
    expect(fieldOf(node, 'signedJwtConnection')).toMatchObject({
      type: 'connection',
      params: { connectionType: 'oauth2SignedJwt' },
    });
    expect(fieldOf(node, 'customRequestConnection')).toMatchObject({
      type: 'connection',
      params: { connectionType: 'customTokenRequest' },
    });
    expect(fieldOf(node, 'endpointConnection')).toMatchObject({
      type: 'connection',
      params: { connectionType: 'accessTokenStore' },
    });
    expect(fieldOf(node, 'redisConnection')).toMatchObject({
      type: 'connection',
      params: { connectionType: 'accessTokenStoreRedis' },
    });
    expect(fieldOf(node, 'cognigyApiConnection')).toMatchObject({
      type: 'connection',
      params: { connectionType: 'cognigyApi', required: false },
    });
    expect(fieldOf(node, 'tlsConnection')).toMatchObject({
      type: 'connection',
      params: { connectionType: 'tlsCertificates', required: false },
    });
  });
});

describe.each([
  [getNode, getAccessToken],
  [refreshNode, refreshIfExpiring],
  [requestNode, authorizedRequest],
] as [INodeDescriptor, INodeDescriptor[]][])('the branches of $type', (parent, family) => {
  const children = family.slice(1);

  test('are the ones it names, and no other node may be put there', () => {
    const types = children.map(({ type }) => type);
    expect(parent.dependencies).toEqual({ children: types });
    expect(parent.constraints).toMatchObject({ placement: { children: { whitelist: types } } });
  });

  test('belong to it, do nothing, and cannot be taken out or entered from elsewhere', () => {
    for (const child of children) {
      expect(child.parentType).toBe(parent.type);
      expect(child.function).toBeFalsy();
      expect(fieldsOf(child)).toEqual([]);
      expect(child.constraints).toMatchObject({ editable: false, deletable: false, creatable: false, movable: false });
      expect(child.behavior).toEqual(expect.objectContaining({ entrypoint: false }));
    }
  });
});

describe('the form', () => {
  test.each(FORMS)('of $type shows every field exactly once', (node) => {
    const shown = (node.form ?? []).flatMap(({ type, key }) =>
      type === 'field' ? [key] : (node.sections?.find((section) => section.key === key)?.fields ?? [`no ${key}`]),
    );
    expect(shown.sort()).toEqual(fieldsOf(node).map(({ key }) => key).sort());
    expect((node.form ?? []).filter(({ type }) => type === 'section').map(({ key }) => key)).toEqual(
      node.sections?.map(({ key }) => key),
    );
    expect(new Set((node.form ?? []).map(({ key }) => key)).size).toBe(node.form?.length);
  });

  test.each(FORMS)(`of $type has sections of at most ${MOST_SECTION_FIELDS} fields`, ({ sections }) => {
    for (const { fields } of sections ?? []) {
      expect(fields.length).toBeGreaterThan(0);
      expect(fields.length).toBeLessThanOrEqual(MOST_SECTION_FIELDS);
    }
  });

  test.each(FORMS)('of $type asks first for what must be entered', ({ form }) => {
    // Each with a hint; only those of the chosen way are shown.
    const connections = ['connection', 'clientSecretHint', 'signedJwtConnection', 'signedJwtHint', 'customRequestConnection', 'customRequestHint'];
    expect(form?.slice(0, 7)).toEqual(['authentication', ...connections].map((key) => ({ type: 'field', key })));
  });

  test.each(PARENTS)('conditions in $type are on other fields and on values that these can have', (node) => {
    const conditions = fieldsOf(node).flatMap(({ key, condition }) => (condition ? [{ of: key, condition }] : []));
    const own = node === requestNode ? ['body', 'bodyText', 'bodyType'] : [];
    expect(conditions.map(({ of }) => of).sort()).toEqual([
      ...own,
      'clientSecretHint',
      'connection',
      'contextKey',
      'customRequestConnection',
      'customRequestHint',
      'endpointConnection',
      'inputKey',
      'redisConnection',
      'reuseInConversation',
      'signedJwtConnection',
      'signedJwtHint',
    ]);
    for (const { of, condition } of conditions) {
      const { key, value } = condition as { key: string; value: string };
      expect(key).not.toBe(of);
      expect(optionsOf(fieldOf(node, key)).map((option) => option.value)).toContain(value);
    }
  });

  test.each(PARENTS)('a field of $type that is shown at first does not depend on a value that is not the default', (node) => {
    const visible = fieldsOf(node).filter(({ condition }) => {
      if (condition === undefined) return true;
      const { key, value, negate = false } = condition as { key: string; value: unknown; negate?: boolean };
      return (fieldOf(node, key).defaultValue === value) !== negate;
    });
    const hidden = FIELD_KEYS.filter((key) => !visible.some((field) => field.key === key));
    const conditional = ['customRequestConnection', 'endpointConnection', 'inputKey', 'redisConnection', 'reuseInConversation', 'signedJwtConnection'];
    expect(hidden.sort()).toEqual(conditional);
  });

  test.each(FORMS)('the preview of $type shows a field', (node) => {
    expect(fieldsOf(node).map(({ key }) => key)).toContain(node.preview?.key);
  });
});

describe('the form of Forget Token', () => {
  test('has the fields of the other nodes as these have them, but for what its result is about', () => {
    for (const field of fieldsOf(forgetToken)) {
      if (['revocationUrl', 'contextKey'].includes(field.key)) continue;
      expect(field).toEqual(fieldOf(getNode, field.key));
    }
    expect(fieldOf(forgetToken, 'contextKey')).toMatchObject({ label: fieldOf(getNode, 'contextKey').label, defaultValue: 'accessToken' });
  });

  test('asks for a revocation URL only where there can be one, and hides nothing else of its own', () => {
    const conditions = fieldsOf(forgetToken).flatMap(({ key, condition }) => (condition ? [key] : []));
    const shared = ['connection', 'signedJwtConnection', 'customRequestConnection', 'endpointConnection', 'redisConnection'];
    expect(conditions.filter((key) => !key.endsWith('Hint')).sort()).toEqual([...shared, 'revocationUrl'].sort());
    expect(fieldOf(forgetToken, 'revocationUrl').condition).toEqual({ key: 'authentication', value: 'customRequest', negate: true });
  });

  test('belongs to a node without branches and chips', () => {
    expect(forgetToken.dependencies?.children ?? []).toEqual([]);
    expect(forgetToken.tokens).toEqual([]);
  });
});

describe('defaults', () => {
  const connection = { tokenUrl: 'https://login.example.com/token', clientId: 'id', clientSecret: 'secret' };
  const endpointConnection = { url: 'https://endpoint.example.com/1', endpointSecret: 'endpoint-secret' };

  const readSettings = async (config: NodeConfig) => ({ ...readTokenSettings(config), ...(await readServiceSettings(config)) });

  test.each(PARENTS)('in the form of $type are those of a config that leaves everything out', async (node) => {
    const entered = Object.fromEntries(fieldsOf(node).map(({ key, defaultValue }) => [key, defaultValue as unknown]));
    expect(await readSettings({ ...(entered as NodeConfig), connection })).toEqual(await readSettings({ connection }));
    const key = RESULT_KEYS[node.type];
    for (const storeLocation of ['context', 'input']) {
      expect(readResultPlace({ ...(entered as NodeConfig), storeLocation })).toEqual(readResultPlace({ storeLocation }, key));
    }
    expect(readResultPlace(entered as NodeConfig)).toEqual(readResultPlace({}, key));
    const shared: NodeConfig = { connection, endpointConnection, store: 'endpoint' };
    expect(await readSettings({ ...(entered as NodeConfig), ...shared })).toEqual(await readSettings(shared));
  });

  test('are these', async () => {
    expect(await readSettings({ connection })).toMatchObject({
      store: { kind: 'conversation' },
      tokenName: 'accessToken',
      refreshPercent: 90,
      reusesCopy: true,
      rejectedToken: undefined,
      shape: { authorizationHeader: 'Authorization', authorizationScheme: undefined, includeMembers: [] },
    });
    expect(readResultPlace({})).toEqual({ location: 'context', key: 'accessToken' });
    expect(readResultPlace({ storeLocation: 'input' })).toEqual({ location: 'input', key: 'accessToken' });
  });

  test.each(PARENTS)('the percent slider of $type offers what the rule allows', (node) => {
    expect(fieldOf(node, 'refreshPercent').params).toMatchObject({ min: 1, max: 99 });
  });
});

test('the request of the form is that of a config with an address only', () => {
  const entered = Object.fromEntries(fieldsOf(requestNode).map(({ key, defaultValue }) => [key, defaultValue as unknown]));
  const url = 'https://api.example.com/orders';
  expect(readRequest({ ...entered, url }, false)).toEqual(readRequest({ url }, false));
  expect(readRequest({ url }, false)).toEqual({
    method: 'GET',
    url,
    headers: {},
    bodyType: 'json',
    body: undefined,
    bodyText: undefined,
    retryStatuses: [401],
    retryPath: undefined,
    retryValue: undefined,
    timeoutSeconds: 8,
    maxBytes: 50_000,
    includePaths: [],
  });
});

test('Authorized Request offers chips for the answer at the default key', () => {
  expect(requestNode.tokens).toEqual([
    { label: 'API response', type: 'context', script: 'context.apiResponse.body' },
    { label: 'API status', type: 'context', script: 'context.apiResponse.status' },
  ]);
});

test.each([getNode, refreshNode])('$type offers chips for the token and the Authorization value at the default key', ({ tokens }) => {
  expect(tokens).toEqual([
    { label: 'Access Token', type: 'context', script: 'context.accessToken.access_token' },
    { label: 'Authorization', type: 'context', script: 'context.accessToken.authorization' },
  ]);
});

describe('texts', () => {
  /** Words that are the same in German and English. */
  const SAME_IN_GERMAN = ['Input'];

  const texts = ALL.flatMap((node): [string, unknown][] => [
    [`${node.type}: label`, node.defaultLabel],
    ...(node.function ? [[`${node.type}: summary`, node.summary] as [string, unknown]] : []),
    ...(node.sections ?? []).map(({ key, label }): [string, unknown] => [`${node.type}.${key}: label`, label]),
    ...fieldsOf(node).flatMap((field): [string, unknown][] => [
      [`${node.type}.${field.key}: label`, field.label],
      [`${node.type}.${field.key}: description`, field.description ?? (field.params as { text?: unknown } | undefined)?.text],
      ...optionsOf(field).map(({ value, label }): [string, unknown] => [`${node.type}.${field.key}=${value}`, label]),
    ]),
  ]);

  test.each(texts)('%s is there in all five languages', (_, text) => {
    const members = text as Record<string, string>;
    expect(Object.keys(members)).toEqual(LANGUAGES);
    for (const words of Object.values(members)) {
      expect(words).toMatch(/^\S(?:.*\S)?$/);
      expect(words.length).toBeLessThanOrEqual(LONGEST_TEXT);
    }
  });

  test.each(texts)('%s is really translated', (_, text) => {
    const { default: fallback, enUS, deDE, esES, koKR, jaJP } = text as Record<string, string>;
    expect(fallback).toBe(enUS);
    expect(koKR).toMatch(/\p{Script=Hangul}/u);
    expect(jaJP).toMatch(/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u);
    expect(jaJP).not.toMatch(/\p{Script=Hangul}/u);
    for (const latin of [enUS, deDE, esES]) expect(latin).not.toMatch(/[\p{Script=Hangul}\p{Script=Katakana}]/u);
    if (enUS !== undefined && SAME_IN_GERMAN.includes(enUS)) return;
    expect(new Set([enUS, deDE, esES]).size).toBe(3);
  });

  test('no two fields of a node have the same label in any language', () => {
    for (const node of FORMS) {
      for (const language of LANGUAGES) {
        const labels = fieldsOf(node).map(({ label }) => (label as unknown as Record<string, string>)[language]);
        expect(new Set(labels).size).toBe(labels.length);
      }
    }
  });

  test('what a bot builder is to type is the same in every language', () => {
    const place = '{{context.accessToken.authorization}}';
    const { description } = fieldOf(getNode, 'contextKey');
    for (const words of Object.values(description as unknown as Record<string, string>)) expect(words).toContain(place);
    const answer = fieldOf(requestNode, 'contextKey').description;
    for (const words of Object.values(answer as unknown as Record<string, string>)) expect(words).toContain('{{context.apiResponse.body}}');
  });
});
