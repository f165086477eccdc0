import { findTokenFlaw, hasOptionalMembers, isRefreshFailure, isTimestamp, resolveExpiresIn } from '../../lifetime';
import type { RefreshFailure, Token, UnstoredRecord } from '../../lifetime';
import { isObject } from '../../json';
import type { JsonObject as Members } from '../../json';
import { LONGEST_BEAT_MS } from '../engine/chain';
import { LONGEST_LEASE_MS } from '../engine/lease';
import type { WantedToken } from '../engine/lease';
import { DEFAULT_TOKEN_NAME } from './wire';
import type { BeatOperation, StoreOperation } from './wire';
import { isPlainJson } from './plain-json';

/** What a message to the Endpoint is. */
export type StoreMessage =
  /** An ordinary chat message, which isn't for the store. */
  | { kind: 'chat' }
  /** A message for the store. Call `read` only once the secret has proved right. */
  | { kind: 'store'; endpointSecret: unknown; read: () => StoreRequest | InvalidRequest };

export type StoreRequest = StoreOperation | UpdateRequest;

export interface UpdateRequest {
  op: 'update';
  tokenName: string;
  record: UnstoredRecord;
}

export interface InvalidRequest {
  op: 'invalid';
  /** The path of the first wrong member. */
  field: string;
}

/** A failure whose texts are still unchecked. */
type Unread = Omit<RefreshFailure, 'message' | 'status' | 'host'> & Partial<Record<'message' | 'status' | 'host', unknown>>;

const LONGEST_TOKEN_NAME = 200;
const LONGEST_ID = 200;
const MOST_BEAT_TOKENS = 10_000;
/** No wrong clock makes a lifetime shorter than this, seconds. Beyond it, times in milliseconds lose precision. */
const SHORTEST_LIFETIME_SECONDS = -1e11;
/** The length of a record's members other than token and time, characters of JSON: some marks and fingerprints. */
const LONGEST_MEMBERS = 2000;

/**
 * Sorts a request body. Any body with an `endpointSecret` is for the store, even a malformed one, because the secret
 * must never reach a Flow.
 */
export function parseMessage(body: unknown): StoreMessage {
  if (!isObject(body)) return { kind: 'chat' };
  const forStore = has(body, 'endpointSecret') || has(body, 'tokenStore') || looksLikeUpdate(body);
  if (!forStore) return { kind: 'chat' };
  const endpointSecret = has(body, 'endpointSecret') ? body['endpointSecret'] : undefined;
  return { kind: 'store', endpointSecret, read: () => readRequest(body) };
}

/**
 * @returns whether a text can name a token: 1 to 200 characters, without control characters, line separators and halves
 *   of surrogate pairs (UTF-8 can't encode these, so in Redis such names would become the same)
 */
export function isTokenName(value: unknown): value is string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return isText(value, LONGEST_TOKEN_NAME) && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/u.test(value);
}

/** @returns whether a text can name a chain or a lease's owner: 1 to 200 characters */
export function isId(value: unknown): value is string {
  return isText(value, LONGEST_ID);
}

/** @returns whether a value is the number of a hop */
export function isHop(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** @returns whether a chain may leave this much time between two heartbeats, milliseconds: two days at most */
export function isBeatDuration(value: unknown): value is number {
  return isDuration(value, LONGEST_BEAT_MS);
}

/**
 * Reads a token with its timestamp, from an update or a configuration.
 *
 * @returns the record without a version, or the path of the first wrong member
 */
export function parseRecord(value: unknown): UnstoredRecord | InvalidRequest {
  return catchFlaw(() => {
    assertField(isObject(value), 'token');
    return readRecord(value, '');
  });
}

function looksLikeUpdate(body: Members): boolean {
  return has(body, 'token') && has(body, 'timestamp') && isObject(body['token']);
}

function readRequest(body: Members): StoreRequest | InvalidRequest {
  return catchFlaw(() => (has(body, 'tokenStore') ? readOperation(body['tokenStore']) : readUpdate(body)));
}

function catchFlaw<T>(read: () => T): T | InvalidRequest {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Flawed) return { op: 'invalid', field: thrown.field };
    throw thrown;
  }
}

function readUpdate(body: Members): UpdateRequest {
  const tokenName = has(body, 'tokenName') ? body['tokenName'] : DEFAULT_TOKEN_NAME;
  assertField(isTokenName(tokenName), 'tokenName');
  return { op: 'update', tokenName, record: readRecord(body, '') };
}

function readOperation(value: unknown): StoreOperation {
  assertField(isObject(value), 'tokenStore');
  const op = value['op'];
  switch (op) {
    case 'read': {
      const { chain } = value;
      assertField(chain === undefined || typeof chain === 'boolean', 'chain');
      return { op, tokenName: readTokenName(value), ...(chain === true ? { chain } : {}) };
    }
    case 'checkout': {
      const { rejected, watchChain } = value;
      assertField(watchChain === undefined || typeof watchChain === 'boolean', 'watchChain');
      assertField(rejected === undefined || typeof rejected === 'string', 'rejected');
      return {
        op,
        tokenName: readTokenName(value),
        ...readOwner(value),
        ...readWanted(value, ''),
        ...(rejected === undefined ? {} : { rejected }),
        ...(watchChain === true ? { watchChain } : {}),
      };
    }
    case 'commit': {
      const { ifVersion, record } = value;
      const tokenName = readTokenName(value);
      const owner = readId(value['owner'], 'owner');
      assertField(isVersion(ifVersion), 'ifVersion');
      assertField(isObject(record), 'record');
      return { op, tokenName, owner, ifVersion, record: { ...readOptionalMembers(record), ...readRecord(record, 'record.') } };
    }
    case 'release': {
      const { ifVersion } = value;
      const failure = readFailure(value['failure']);
      const tokenName = readTokenName(value);
      const owner = readId(value['owner'], 'owner');
      assertField(ifVersion === undefined || isVersion(ifVersion), 'ifVersion');
      return {
        op,
        tokenName,
        owner,
        ...(ifVersion === undefined ? {} : { ifVersion }),
        ...(failure === undefined ? {} : { failure }),
      };
    }
    case 'forget': {
      const { boundTo } = value;
      assertField(boundTo === undefined || isId(boundTo), 'boundTo');
      return { op, tokenName: readTokenName(value), ...definedMembers({ boundTo }) };
    }
    case 'beat': {
      const { beatWithinMs, hop, first, alerts } = value;
      assertField(beatWithinMs === undefined || isBeatDuration(beatWithinMs), 'beatWithinMs');
      assertField(first === undefined || typeof first === 'boolean', 'first');
      assertField(alerts === undefined || typeof alerts === 'boolean', 'alerts');
      assertField(isHop(hop), 'hop');
      return {
        op,
        chainId: readId(value['chainId'], 'chainId'),
        hop,
        ...readOwner(value),
        ...(beatWithinMs === undefined ? {} : { beatWithinMs }),
        ...(first === undefined ? {} : { first }),
        ...(alerts === true ? { alerts } : {}),
        tokens: readBeatTokens(value['tokens']),
      };
    }
    default:
      throw new Flawed('op');
  }
}

function readRecord(value: Members, path: string): UnstoredRecord {
  const { timestamp } = value;
  const token = withoutEmptyMembers(value['token']);
  const flaw = findTokenFlaw(token);
  if (flaw !== undefined) throw new Flawed(path + flaw);
  assertField(isPlainJson(token), `${path}token`);
  assertField(isTimestamp(timestamp), `${path}timestamp`);
  const members = token as Members & Pick<Token, 'access_token'>;
  const { access_token, token_type } = members;
  const expires_in = resolveExpiresIn({ expires_in: members['expires_in'], access_token, timestamp });
  assertField(expires_in !== undefined && expires_in >= SHORTEST_LIFETIME_SECONDS, `${path}token.expires_in`);
  return { token: { ...members, token_type: typeof token_type === 'string' ? token_type : 'Bearer', expires_in }, timestamp };
}

/** The further members that nodes and the Function add to a record. */
function readOptionalMembers(record: Members): Omit<UnstoredRecord, 'token' | 'timestamp'> {
  const { boundTo, seeds, grant, isRepeated, clientAuthentication } = record;
  const members = { boundTo, seeds, grant, isRepeated, clientAuthentication };
  assertField(hasOptionalMembers(members) && JSON.stringify(members).length <= LONGEST_MEMBERS, 'record');
  return definedMembers(members);
}

/** For an absent member, servers also write `null` or "". */
function withoutEmptyMembers(token: unknown): unknown {
  if (!isObject(token)) return token;
  const isEmpty = (member: string) => token[member] === null || token[member] === '';
  const empty = ['refresh_token', 'token_type'].filter((member) => has(token, member) && isEmpty(member));
  return empty.length === 0 ? token : Object.fromEntries(Object.entries(token).filter(([member]) => !empty.includes(member)));
}

function readFailure(value: unknown): RefreshFailure | undefined {
  if (value === undefined || value === null) return undefined;
  assertField(isRefreshFailure(value), 'failure');
  const { code, at, attempts, retryAt, settings, message, status, host }: Unread = value;
  assertField(code.length <= LONGEST_ID, 'failure.code');
  assertField(settings === undefined || isId(settings), 'failure.settings');
  // The engine cuts both texts.
  assertField(message === undefined || typeof message === 'string', 'failure.message');
  assertField(host === undefined || typeof host === 'string', 'failure.host');
  assertField(status === undefined || isHttpStatus(status), 'failure.status');
  return { code, at, attempts, retryAt, ...definedMembers({ settings, message, status, host }) };
}

function readBeatTokens(value: unknown): BeatOperation['tokens'] {
  assertField(Array.isArray(value) && value.length <= MOST_BEAT_TOKENS, 'tokens');
  return value.map((entry: unknown, index) => {
    const path = `tokens[${index}]`;
    assertField(isObject(entry), path);
    assertField(isTokenName(entry['tokenName']), `${path}.tokenName`);
    return { tokenName: entry['tokenName'], ...readWanted(entry, `${path}.`) };
  });
}

function readWanted(value: Members, path: string): Omit<WantedToken, 'rejected'> {
  const { refreshPercent, boundTo, settings } = value;
  assertField(typeof refreshPercent === 'number' && refreshPercent >= 1 && refreshPercent <= 99, `${path}refreshPercent`);
  assertField(boundTo === undefined || isId(boundTo), `${path}boundTo`);
  assertField(settings === undefined || isId(settings), `${path}settings`);
  return { refreshPercent, ...definedMembers({ boundTo, settings }) };
}

function definedMembers<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

function readOwner(value: Members): { owner: string; leaseMs: number } {
  const owner = readId(value['owner'], 'owner');
  const { leaseMs } = value;
  assertField(isDuration(leaseMs, LONGEST_LEASE_MS), 'leaseMs');
  return { owner, leaseMs };
}

function readTokenName(value: Members): string {
  const { tokenName } = value;
  assertField(isTokenName(tokenName), 'tokenName');
  return tokenName;
}

function readId(value: unknown, field: string): string {
  assertField(isId(value), field);
  return value;
}

/** Carries the wrong field from where it was read to where the answer is made. */
class Flawed extends Error {
  constructor(readonly field: string) {
    super(field);
  }
}

function assertField(condition: boolean, field: string): asserts condition {
  if (!condition) throw new Flawed(field);
}

function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** RFC 9110 §15: three digits. */
function isHttpStatus(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 100 && (value as number) <= 999;
}

function isDuration(value: unknown, longest: number): value is number {
  return typeof value === 'number' && value > 0 && value <= longest;
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= longest;
}

function has(body: Members, member: string): boolean {
  return Object.prototype.hasOwnProperty.call(body, member);
}
