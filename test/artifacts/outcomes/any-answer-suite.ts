import fc from 'fast-check';

import { anyText } from '../../support/any-text';
import { CLIENT_SECRET } from '../../support/outcome-world';
import type { OutcomeWorld, Store } from '../../support/outcome-world';

const REFRESH_TOKEN = 'canary-refresh-token-3a90';
const DEEPEST = 500;
/** Deeper than anything that walks through it by calling itself can go. */
const DEEP = `{"access_token":"abc","expires_in":60,"scope":${'['.repeat(5000)}${']'.repeat(5000)}}`;

const nested = fc.integer({ min: 0, max: DEEPEST }).map((levels) => {
  let value: unknown = 'scope';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { scope: value };
  return value;
});
const words = fc.oneof(anyText(), fc.constantFrom(`no: ${CLIENT_SECRET}`, `no: ${Buffer.from(`a-client:${CLIENT_SECRET}`).toString('base64')}`));
const token = fc.oneof(
  { arbitrary: fc.string({ minLength: 1, unit: fc.constantFrom(...'abcXYZ019-._~+/='.split('')) }), weight: 3 },
  { arbitrary: fc.integer({ min: 20_000, max: 70_000 }).map((length) => 'x'.repeat(length)), weight: 1 },
  { arbitrary: fc.constantFrom('a\r\nX-Injected: 1', 'ümlaut', ' ', 'a b', '\u0000', 'e30.eyJleHAiOjF9.c2ln'), weight: 1 },
  { arbitrary: fc.jsonValue(), weight: 1 },
);
const lifetime = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -1, 1e308, '3600', '1e9', 'never', 3_600_000), fc.jsonValue());

const members = fc.record(
  {
    access_token: token,
    token_type: fc.oneof(fc.constantFrom('Bearer', 'BEARER ', 'jwt-bearer', 'DPoP', 'a\r\nb', 'Bearer Token'), fc.jsonValue()),
    expires_in: lifetime,
    expires_at: lifetime,
    refresh_token: token,
    scope: fc.oneof(anyText(), nested),
    error: fc.oneof(fc.constantFrom('', null, false, 'invalid_grant', 'invalid_client', 'slow_down', 'temporarily_unavailable'), fc.jsonValue()),
    error_description: words,
    errors: fc.array(fc.record({ message: words })),
    message: words,
  },
  { requiredKeys: [], noNullPrototype: true },
);

function formOf(object: object): string {
  const pairs = Object.entries(object).filter(([, value]) => ['string', 'number'].includes(typeof value));
  return new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, String(value)])).toString();
}

const data = fc.oneof(
  { arbitrary: members, weight: 3 },
  { arbitrary: members.map((object) => JSON.stringify(object)), weight: 3 },
  { arbitrary: members.map((object) => `\ufeff${JSON.stringify(object)}`), weight: 1 },
  { arbitrary: members.map(formOf), weight: 1 },
  { arbitrary: members.map((object) => JSON.stringify(object).slice(0, -3)), weight: 1 },
  { arbitrary: anyText(), weight: 1 },
  { arbitrary: fc.constantFrom<unknown>(undefined, null, '', '<!doctype html><title>Log in</title>', 5, [], true, DEEP), weight: 1 },
);

/** A transport may have parsed it. */
const deep = fc.constant({ status: 200, headers: {}, data: JSON.parse(DEEP) as unknown });

const answers = fc.record({
  status: fc.oneof({ arbitrary: fc.constant(200), weight: 3 }, { arbitrary: fc.integer({ min: 100, max: 599 }), weight: 1 }),
  headers: fc.record({ date: fc.oneof(anyText(), fc.date({ noInvalidDate: true }).map((date) => date.toUTCString())), 'retry-after': words }, { requiredKeys: [] }),
  data,
});

const settings = fc.constantFrom<[store: Store, connection: object, node: object]>(
  ['conversation', {}, {}],
  ['endpoint', {}, {}],
  ['redis', {}, {}],
  ['endpoint', { refreshToken: REFRESH_TOKEN }, { storeLocation: 'input' }],
  ['redis', { refreshToken: REFRESH_TOKEN }, { storeLocation: 'input' }],
  ['conversation', { refreshToken: REFRESH_TOKEN }, { fallBackToClient: true }],
);

/** @param numRuns how many answers of a token endpoint are tried */
export function testAnyAnswer(world: () => OutcomeWorld, numRuns: number): void {
  test(`${numRuns} answers of a token endpoint: one branch each, nothing that a header refuses, no secret`, async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.oneof({ arbitrary: answers, weight: 40 }, { arbitrary: deep, weight: 1 }), settings, async (answer, [store, connection, node]) => {
        await world().begin();
        world().answer = () => answer;
        // All that must hold is checked by `run`.
        const { result } = await world().run(world().config(store, connection, node));
        seen.add(result.error?.code ?? 'success');
      }),
      { numRuns },
    );
    // The answers are not all of one kind.
    for (const code of ['success', 'token_response_invalid', 'token_endpoint_unavailable']) expect(seen).toContain(code);
  });

  test(`${Math.ceil(numRuns / 20)} answers to the Function: none ends the chain`, async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (answer) => {
        await world().begin();
        world().answer = () => answer;
        const { sent } = await world().hop();
        // Where the client is refused, the secret is tried in the body too: the same request, once.
        const [first, second, ...more] = sent.map(({ headers, parameters }) => ({ proof: headers['authorization'], parameters }));
        expect([first?.proof, more]).toEqual([expect.stringMatching(/^Basic /), []]);
        if (second !== undefined) expect(second).toEqual({ parameters: { ...first?.parameters, client_id: 'a-client', client_secret: CLIENT_SECRET } });
        // Whatever it has stored.
        await world().run(world().config('endpoint'));
      }),
      { numRuns: Math.ceil(numRuns / 20) },
    );
  });
}
