import extension from '../../src/module';
import type { FormField } from '../../tools/sandbox/studio/wire';
import { snippetFor, takesChips } from '../../tools/studio/forms/chips';

const SCRIPT = 'context.accessToken.access_token';
const TEXT = { type: 'cognigyText' };
const JSON_TEXT = { type: 'json' };

test('of all fields, these have chips: a new one that takes a text has to be judged', () => {
  const fields = (extension.nodes as unknown as Array<{ fields?: FormField[] }>).flatMap(({ fields: all = [] }) => all);
  const texts = new Set(fields.filter(({ type }) => type === 'cognigyText' || type === 'json').map(({ key }) => key));
  const withChips = new Set(fields.filter(takesChips).map(({ key }) => key));
  expect([...withChips].sort()).toEqual(['body', 'bodyText', 'headers', 'rejectedToken', 'retryValue']);
  expect([...texts].filter((key) => !withChips.has(key)).sort()).toEqual([
    'authorizationHeader',
    'authorizationScheme',
    'contextKey',
    'includeMembers',
    'includePaths',
    'inputKey',
    'retryPath',
    'retryStatuses',
    'revocationUrl',
    'tokenName',
    'url',
  ]);
});

test.each(['number', 'slider', 'select', 'toggle', 'connection', 'description'])('a field of the type %s has none', (type) => {
  expect(takesChips({ key: 'text', type })).toBe(false);
});

test('a text gets the script as it is', () => {
  expect(snippetFor(TEXT, SCRIPT, '')).toBe(`{{${SCRIPT}}}`);
  expect(snippetFor(TEXT, SCRIPT, 'say "')).toBe(`{{${SCRIPT}}}`);
});

test.each([
  ['', true],
  ['{ "Authorization": ', true],
  ['{ "Authorization": "', false],
  ['{ "Authorization": "Bearer ', false],
  ['{ "a": "one", "b": ', true],
  ['{ "a": "with \\"quotes\\" ', false],
  ['{ "a": "a backslash \\\\", "b": ', true],
])('behind %j, JSON stays JSON', (before, bringsQuotes) => {
  const snippet = snippetFor(JSON_TEXT, SCRIPT, before);
  expect(snippet).toBe(bringsQuotes ? `"{{${SCRIPT}}}"` : `{{${SCRIPT}}}`);
});
