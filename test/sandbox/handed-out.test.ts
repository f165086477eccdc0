import { handedOutIn } from '../../tools/sandbox/handed-out';

const TOKEN = { access_token: 'one', refreshed: true };

it('finds tokens in context and input, also where a key with dots has nested them', () => {
  const found = handedOutIn({ context: { accessToken: TOKEN, auth: { crm: { access_token: 'two', refreshed: false } } }, input: { mine: TOKEN } });
  expect(found.map(({ access_token }) => access_token)).toEqual(['one', 'two', 'one']);
});

it.each([
  ['errors', { error: { code: 'x' } }],
  ["the nodes' own copies", { crm: { access_token: 'one', expires_in: 60 } }],
  ['texts', 'one'],
  ['lists', [TOKEN]],
  ['a token that is no text', { access_token: 7, refreshed: true }],
])('passes over %s', (_what, value) => {
  expect(handedOutIn({ context: { value }, input: {} })).toEqual([]);
});

it('ends also where the context is deep', () => {
  let deep: Record<string, unknown> = TOKEN;
  for (let depth = 0; depth < 1000; depth += 1) deep = { deep };
  expect(handedOutIn({ context: deep, input: {} })).toEqual([]);
});
