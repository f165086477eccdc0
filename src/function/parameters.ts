import { isObject } from '../json';
import type { JsonObject } from '../json';
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
  token: Omit<Token, 'expires_in'> & { expires_in?: unknown };
  /** What was left until the token was due, milliseconds; `undefined` where that is not said. */
  waitingTimeMs: number | undefined;
}

export interface HopStart {
  parameters: HopParameters;
  /**
   * How many hops of this chain have failed to beat, while none has succeeded yet; `undefined` once one
   * has. It is passed on as a suffix of the chain's id.
   */
  failedBeats: number | undefined;
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
    const [, id = chainId, failedBeats] = /^([^~]+)~(\d{1,3})$/.exec(chainId) ?? [];
    return { parameters: { chainId: id, hop, wakeAt }, failedBeats: failedBeats === undefined ? undefined : Number(failedBeats) };
  }
  const start = { parameters: { chainId: newChainId(now, random), hop: 0, wakeAt: now }, failedBeats: 0 };
  const legacy = readLegacy(given);
  return legacy === undefined ? start : { ...start, legacy };
}

/** The chain's id for the next hop, see `HopStart`. */
export function passOnChainId(chainId: string, failedBeats: number | undefined): string {
  return failedBeats === undefined ? chainId : `${chainId}~${failedBeats}`;
}

/** An id that sorts by age: the time, then something random. */
export function newChainId(now: number, random: number): string {
  return `${now.toString(36)}-${Math.floor(random * 36 ** 6).toString(36)}`;
}

/** What anybody who may trigger the Function can write: when it was issued is worked out from it, and never taken from it. */
function readLegacy({ token, waitingTime }: JsonObject): LegacyToken | undefined {
  if (!isObject(token)) return undefined;
  const waitingTimeMs = typeof waitingTime === 'string' ? Number(waitingTime) : waitingTime;
  return { token: token, waitingTimeMs: isTime(waitingTimeMs) ? waitingTimeMs : undefined };
}

/**
 * When a token was issued that the older Function has handed over: its `waitingTime` (milliseconds) counts down to the
 * refresh point, and the older parameters say nothing else.
 *
 * @param refreshPercent where that refresh point is, 1 to 99
 * @param now Unix milliseconds
 * @returns Unix seconds, rounded so that the token counts as older rather than younger; `undefined` where that can't be
 *   told, or would be in the future
 */
export function issuedAt({ token, waitingTimeMs }: LegacyToken, refreshPercent: number, now: number): number | undefined {
  const lifetime = Number(token.expires_in);
  if (!Number.isFinite(lifetime) || waitingTimeMs === undefined) return undefined;
  const age = (lifetime * refreshPercent) / 100 - waitingTimeMs / 1000;
  return age < 0 ? undefined : Math.floor(now / 1000 - age);
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
