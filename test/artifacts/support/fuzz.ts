import * as crypto from 'node:crypto';
import fc from 'fast-check';

import { isTokenRecord } from '../../../src/lifetime';
import { AesGcmCipher } from '../../../src/stores/ports/record-cipher';
import { BuiltTransformer } from '../../support/built-transformer';
import type { Handled } from '../../support/built-transformer';
import { hostileText, hostileValue, mutated, withOwn } from '../../support/hostile-json';

export interface FuzzSizes {
  /** How many bodies for each kind of transformer. */
  bodies: number;
  /** How many damaged records. */
  records: number;
  /** How many damaged sets of lease, failure and chain. */
  marks: number;
  /** The seed of the random numbers. If absent, it is different each time. */
  seed?: number;
}

export const SECRET = 'canary-endpoint-secret-5b1e';
export const NAME = 'accessToken';
const SECONDS = 1_900_000_000;
const DAY_MS = 24 * 3600 * 1000;

/** Code for the user's section of the transformer: returns what all objects in its VM inherit at the moment. */
const INHERITED = 'async function handleOutput() { return Reflect.ownKeys(Object.prototype).map(String); }';
const SHOW_INHERITED = (source: string) => source.replace(/async function handleOutput[^]*?\n}/, INHERITED);

const CANARIES = { access_token: 'canary-access-1', refresh_token: 'canary-refresh-1' };
const STORED = { token: { token_type: 'Bearer', expires_in: 600, ...CANARIES }, timestamp: SECONDS };
export const FRESH = { token: { access_token: 'fresh', token_type: 'Bearer', expires_in: 600 }, timestamp: SECONDS };
const FAILURE = { code: 'invalid_client', at: SECONDS * 1000, attempts: 1, retryAt: SECONDS * 1000 + 5000 };
export const BEAT = { op: 'beat', chainId: 'chain', hop: 2, owner: 'hop 2', leaseMs: 30_000, beatWithinMs: 1_000_000 };

const CHECKOUT = { op: 'checkout', tokenName: NAME, owner: 'bert', leaseMs: 15_000, refreshPercent: 90 };

export const OPERATIONS = [
  { op: 'read', tokenName: NAME },
  { ...CHECKOUT, rejected: '01234567', watchChain: true },
  { op: 'commit', tokenName: NAME, owner: 'anna', ifVersion: 1, record: FRESH },
  { op: 'commit', tokenName: NAME, owner: 'gone', ifVersion: 0, record: FRESH },
  { op: 'release', tokenName: NAME, owner: 'anna', failure: FAILURE },
  { ...BEAT, tokens: [{ tokenName: NAME, refreshPercent: 90 }] },
];
const UPDATE = { token: FRESH.token, timestamp: SECONDS, tokenName: NAME };
export const CHAT = { userId: 'user', sessionId: 'session', text: 'hi', data: { some: 'data' } };

/** A valid value half of the time, else one with something wrong. */
function orMutated(value: unknown): fc.Arbitrary<unknown> {
  return fc.oneof(fc.constant(value), mutated(value));
}

const operation = fc.constantFrom(...OPERATIONS).chain(orMutated);
const body = fc.oneof(
  { weight: 5, arbitrary: operation.map((tokenStore) => ({ tokenStore })) },
  { weight: 2, arbitrary: orMutated(UPDATE) },
  { weight: 2, arbitrary: orMutated(CHAT) },
  { weight: 1, arbitrary: hostileValue },
);
const nearlyRight = fc.constantFrom<unknown>('', `${SECRET} `, SECRET.slice(1), [SECRET], { 0: SECRET }, null);
const wrongSecret = fc.oneof(nearlyRight, hostileValue);
const sent = fc.tuple(body, fc.oneof(fc.constant('none'), fc.constant('right'), wrongSecret)).map(([value, which]) => {
  if (which === 'none' || !isObject(value)) return value;
  return withOwn({ ...value }, 'endpointSecret', which === 'right' ? SECRET : which);
});

export interface Subject {
  transformer: BuiltTransformer;
  inherited: unknown;
}

async function refill({ transformer }: Subject): Promise<void> {
  transformer.storage.clear();
  await transformer.operate(SECRET, { op: 'commit', tokenName: NAME, owner: 'anna', ifVersion: 0, record: STORED });
  await transformer.operate(SECRET, { ...BEAT, hop: 1, owner: 'hop 1', tokens: [] });
}

export async function subjectOf(kind: BuiltTransformer['kind']): Promise<Subject> {
  const transformer = new BuiltTransformer(kind, { endpointSecret: SECRET }, { edit: SHOW_INHERITED });
  const subject = { transformer, inherited: await transformer.output() };
  await refill(subject);
  return subject;
}

/** Who sent a body, determined without the product's code. */
function senderOf(value: unknown): 'chat' | 'stranger' | 'knows the secret' {
  if (!isObject(value)) return 'chat';
  const has = (name: string) => Object.prototype.hasOwnProperty.call(value, name);
  const isUpdate = has('token') && has('timestamp') && isObject(value['token']);
  if (!has('endpointSecret') && !has('tokenStore') && !isUpdate) return 'chat';
  return has('endpointSecret') && value['endpointSecret'] === SECRET ? 'knows the secret' : 'stranger';
}

function check(handled: Handled, sender: ReturnType<typeof senderOf>, hasResponse: boolean): void {
  const { returned, status, headers, body: answer } = handled;
  if (sender === 'chat') {
    if (returned === null) throw new Error('A chat message was kept from the Flow.');
    if (status !== undefined) throw new Error('A chat message was answered.');
    return;
  }
  if (returned !== null) throw new Error('A message for the store went on to the Flow.');
  if (!hasResponse) return;
  if (headers['cache-control'] !== 'no-store') throw new Error('The answer may be kept.');
  const expected = sender === 'stranger' ? [401] : [200, 400, 409];
  if (status === undefined || !expected.includes(status)) throw new Error(`Status ${status} for who ${sender}.`);
  const text = JSON.stringify(answer);
  if (text.includes(SECRET)) throw new Error('The answer shows the secret.');
  const refusal = '{"error":"invalid_endpoint_secret"}';
  if (sender === 'stranger' && text !== refusal) throw new Error('The answer tells too much.');
}

// ---- damaged data in the storage ----

const cipher = new AesGcmCipher([SECRET], crypto);
const RECORD = { ...STORED, version: 3 };
const RECORD_TEXT = JSON.stringify(RECORD);
const SEALED = cipher.seal(RECORD_TEXT, NAME);
/** The end of the warning, for a damaged record or one encrypted with another secret. */
const WARNING = / record_unreadable token=accessToken The stored record is (damaged|encrypted with another Endpoint secret) and will be replaced\.$/;
const PARTS = SEALED.split('.');

/** Sealed text with one of its parts (format, key id, nonce, ciphertext, tag) replaced. */
function withPart(index: number, part: string): string {
  return PARTS.map((old, position) => (position === index ? part : old)).join('.');
}

function firstBytes(base64: string, length: number): string {
  return Buffer.from(base64, 'base64').subarray(0, length).toString('base64');
}

const damagedPart = fc.oneof(
  fc.constantFrom('', '=', 'AAAA', '!', PARTS[1] ?? '', PARTS[2] ?? '', 'A'.repeat(5000)),
  fc.base64String({ maxLength: 40 }),
  hostileText,
);
const otherName = fc.oneof(fc.constantFrom('other', 'accesstoken', `${NAME} `, '__proto__'), hostileText);
const otherSecret = fc.oneof(fc.constantFrom('', 'another-secret', ` ${SECRET}`), hostileText);
const position = fc.integer({ min: PARTS[0]?.length ?? 0, max: SEALED.length - 1 });
const base64Digit = fc.base64String({ minLength: 4, maxLength: 4 }).map((text) => text.slice(0, 1));
const encrypted = fc.oneof(
  fc.nat(SEALED.length - 1).map((length) => SEALED.slice(0, length)),
  fc.tuple(position, base64Digit).map(([at, other]) => SEALED.slice(0, at) + other + SEALED.slice(at + 1)),
  fc.tuple(fc.integer({ min: 1, max: 4 }), damagedPart).map(([index, part]) => withPart(index, part)),
  // A shortened tag: its remaining bytes are correct.
  fc.integer({ min: 4, max: 15 }).map((bytes) => withPart(4, firstBytes(PARTS[4] ?? '', bytes))),
  fc.constant(`${SEALED}.more`),
  otherName.map((name) => cipher.seal(RECORD_TEXT, name)),
  otherSecret.map((secret) => new AesGcmCipher([secret], crypto).seal(RECORD_TEXT, NAME)),
  fc.oneof(hostileText, mutated(RECORD).map((value) => JSON.stringify(value))).map((text) => cipher.seal(text, NAME)),
);
const plain = fc.oneof(
  mutated(RECORD),
  hostileValue,
  fc.nat(RECORD_TEXT.length - 1).map((length) => RECORD_TEXT.slice(0, length)),
);
const damaged = fc.oneof(encrypted, plain).filter((value) => value !== null && value !== SEALED && !isUsable(value));

/** Whether the value is a valid record for somebody who knows the key. */
function isUsable(value: unknown): boolean {
  try {
    const text = typeof value === 'string' ? cipher.open(value, NAME) : JSON.stringify(value);
    return text !== null && isTokenRecord(JSON.parse(text));
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tests the built transformers with hostile messages and with damaged data in their storage. */
export function describeFuzz({ bodies, records, marks, seed }: FuzzSizes): void {
  const seeded = seed === undefined ? {} : { seed };

  test.each(['rest', 'webhook', 'socket'] as const)('%s: whatever comes in', async (kind) => {
    const subject = await subjectOf(kind);
    const { transformer } = subject;
    let filled = transformer.dump();
    let record = transformer.session(`record:${NAME}`);
    const seen: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(sent, async (value) => {
        const sender = senderOf(value);
        for (const handler of transformer.handlers) {
          const handled = await transformer.handle(handler, value);
          const hasResponse = !(kind === 'socket' && handler === 'handleInput');
          check(handled, sender, hasResponse);
          const what = sender === 'chat' ? 'chat' : `${handled.status ?? 'silence'}`;
          seen[what] = (seen[what] ?? 0) + 1;
          if (transformer.dump() === filled) continue;
          if (sender !== 'knows the secret') throw new Error(`${sender} changed what is stored.`);
          if (handled.status === 400) throw new Error('A malformed operation changed what is stored.');
          if (handled.status === 409) expect(transformer.session(`record:${NAME}`)).toEqual(record);
          await refill(subject);
          filled = transformer.dump();
          record = transformer.session(`record:${NAME}`);
        }
      }),
      { numRuns: bodies, ...seeded },
    );
    // Every kind of outcome came up many times.
    for (const status of ['chat', '200', '400', '401', '409']) expect(seen[status]).toBeGreaterThan(bodies / 100);
    expect(await transformer.output()).toEqual(subject.inherited);
    expect('polluted' in {}).toBe(false);
    expect(transformer.logs.text()).not.toContain('canary');
  });

  test('a damaged record is missing, is told of in the log, and is replaced by the next refresh', async () => {
    const transformer = new BuiltTransformer('rest', { endpointSecret: SECRET });
    const { logs } = transformer;
    await fc.assert(
      fc.asyncProperty(damaged, async (value) => {
        transformer.storage.clear();
        logs.entries.length = 0;
        await transformer.plant(`record:${NAME}`, 'record', value);
        const missing = await transformer.operate(SECRET, { op: 'read', tokenName: NAME });
        expect(missing).toMatchObject({ status: 200, body: { record: null } });
        expect(logs.entries).toMatchObject([{ level: 'warn', text: expect.stringMatching(WARNING) as string }]);
        const checkout = await transformer.operate(SECRET, CHECKOUT);
        expect(checkout).toMatchObject({ status: 200, body: { record: null, lease: 'granted' } });
        const commit = { op: 'commit', tokenName: NAME, owner: 'bert', ifVersion: 0, record: FRESH };
        expect(await transformer.operate(SECRET, commit)).toMatchObject({ status: 200, body: { version: 1 } });
        const read = await transformer.operate(SECRET, { op: 'read', tokenName: NAME });
        expect(read).toMatchObject({ status: 200, body: { record: { ...FRESH, version: 1 } } });
        expect(logs.text()).not.toContain('canary');
      }),
      { numRuns: records, ...seeded },
    );
  });

  test('damaged leases, failures and chains keep nobody away for ever', async () => {
    const transformer = new BuiltTransformer('rest', { endpointSecret: SECRET });
    const start = transformer.time;
    const lease = { owner: 'gone', until: start + 10_000 };
    const chain = { chainId: 'gone', hop: 1, owner: 'gone', at: start, dueBy: start + 10_000, ended: ['older'] };
    const damagedMarks = fc.tuple(mutated(lease), mutated({ ...FAILURE, version: 0 }), mutated(chain), mutated(lease));
    await fc.assert(
      fc.asyncProperty(damagedMarks, async ([held, failure, watched, restart]) => {
        transformer.storage.clear();
        transformer.time = start;
        await transformer.plant(`lease:${NAME}`, 'lease', held);
        await transformer.plant(`lease:${NAME}`, 'failure', failure);
        await transformer.plant('chain', 'chain', watched);
        await transformer.plant('chain-restart', 'claim', restart);
        // All except the chain's report, because a new chain would replace the damaged one.
        for (const operation of OPERATIONS.slice(0, -1)) {
          expect([200, 409]).toContain((await transformer.operate(SECRET, operation)).status);
        }
        await transformer.plant(`lease:${NAME}`, 'failure', failure);
        // Later than the end of any lease, failure or report.
        transformer.time = start + 3 * DAY_MS;
        const late = await transformer.operate(SECRET, { ...OPERATIONS[1], tokenName: 'late', owner: 'carl' });
        expect(late).toMatchObject({ status: 200, body: { lease: 'granted', restartChain: true } });
        const checkout = await transformer.operate(SECRET, { ...OPERATIONS[1], owner: 'carl' });
        expect(checkout).toMatchObject({ status: 200, body: { lease: 'granted' } });
        const noted = (checkout.body as { failure?: { retryAt: number } }).failure;
        expect(noted?.retryAt ?? 0).toBeLessThanOrEqual(transformer.time + DAY_MS);
      }),
      { numRuns: marks, ...seeded },
    );
  });
}
