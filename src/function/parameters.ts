import type { JsonObject } from '../http';
import type { Token } from '../lifetime';

/** What one hop tells the next. No token, no secret: parameters are shown in the instance list. */
export interface HopParameters {
  chainId: string;
  hop: number;
  /** When the next token is due, Unix milliseconds. */
  wakeAt: number;
}

/** A token handed over by the older, hand-made Function, which counted down a waiting time. */
export interface LegacyToken {
  /** As it was handed over: whether it is one, the store checks. */
  token: Token;
  /** Unix seconds. */
  timestamp: number;
}

export interface HopStart {
  parameters: HopParameters;
  /**
   * How many hops of this chain have failed to beat, while none has succeeded yet; `undefined` once one
   * has. It is passed on as a suffix of the chain's id.
   */
  unheard: number | undefined;
  legacy?: LegacyToken;
}

/** Leaves room for what a lease owner's name has besides, in the 200 characters the store allows. */
const LONGEST_CHAIN_ID = 100;

/**
 * Reads what an instance was triggered with. Without a chain's parameters it starts a new chain.
 *
 * @param now Unix milliseconds
 * @param random a number from 0 to 1, for the new chain's id
 */
export function readParameters(parameters: unknown, now: number, random: number): HopStart {
  const given = isObject(parameters) ? parameters : {};
  const { chainId, hop, wakeAt } = given;
  if (isChainId(chainId) && isHop(hop) && isTime(wakeAt)) {
    const [, id = chainId, unheard] = /^([^~]+)~(\d{1,3})$/.exec(chainId) ?? [];
    return { parameters: { chainId: id, hop, wakeAt }, unheard: unheard === undefined ? undefined : Number(unheard) };
  }
  const start = { parameters: { chainId: newChainId(now, random), hop: 0, wakeAt: now }, unheard: 0 };
  const legacy = readLegacy(given, now);
  return legacy === undefined ? start : { ...start, legacy };
}

/** The chain's id for the next hop, see `HopStart`. */
export function passOnChainId(chainId: string, unheard: number | undefined): string {
  return unheard === undefined ? chainId : `${chainId}~${unheard}`;
}

/** An id that sorts by age: the time, then something random. */
export function newChainId(now: number, random: number): string {
  return `${now.toString(36)}-${Math.floor(random * 36 ** 6).toString(36)}`;
}

/**
 * The older parameters don't say when the token was issued. What is left of its life is at least the
 * waiting time, so taking just that makes the token count as older, never as younger.
 */
function readLegacy({ token, waitingTime, timestamp }: JsonObject, now: number): LegacyToken | undefined {
  if (!isObject(token)) return undefined;
  const seconds = Math.floor(now / 1000);
  const handedOver = token as Token;
  if (typeof timestamp === 'number') return { token: handedOver, timestamp };
  const lifetime = Number(token['expires_in']);
  const left = Number(waitingTime);
  const age = Number.isFinite(lifetime) && Number.isFinite(left) ? Math.max(0, lifetime - left) : 0;
  return { token: handedOver, timestamp: seconds - Math.ceil(age) };
}

/** What the store would refuse must not be passed on from hop to hop for ever. */
function isChainId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_CHAIN_ID;
}

function isHop(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
