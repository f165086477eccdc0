import { isObject } from '../json';
import type { JsonObject } from '../json';
import type { Token } from '../lifetime';

/** What one hop passes to the next. It holds no token and no secret, because the instance list shows parameters. */
export interface HopParameters {
  chainId: string;
  hop: number;
  /** When the next token is due, Unix milliseconds. */
  wakeAt: number;
}

/** A token that the older, hand-made Function handed over. That one counted down a waiting time. */
export interface LegacyToken {
  /** As it was handed over. The store checks whether it is a token. */
  token: Omit<Token, 'expires_in'> & { expires_in?: unknown };
  /** The time left until the token is due, milliseconds; `undefined` if unknown. */
  waitingTimeMs: number | undefined;
}

export interface HopStart {
  parameters: HopParameters;
  /**
   * How many hops of this chain have failed to send a heartbeat before the first success; `undefined` after it. The
   * chain's id carries it as a suffix.
   */
  failedBeats: number | undefined;
  legacy?: LegacyToken;
}

/** Leaves room for the rest of a lease owner's name, which may have 200 characters in the store. */
const LONGEST_CHAIN_ID = 100;

/**
 * Reads the parameters that the instance was triggered with. Without a chain's parameters, it starts a new chain.
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

/** The chain's id as the next hop gets it, see `HopStart`. */
export function passOnChainId(chainId: string, failedBeats: number | undefined): string {
  return failedBeats === undefined ? chainId : `${chainId}~${failedBeats}`;
}

/** An id that sorts by age: the time, then a random part. */
export function newChainId(now: number, random: number): string {
  return `${now.toString(36)}-${Math.floor(random * 36 ** 6).toString(36)}`;
}

/**
 * Anyone who may trigger the Function can write these parameters. So the issue time is computed from them, never taken
 * from them.
 */
function readLegacy({ token, waitingTime }: JsonObject): LegacyToken | undefined {
  if (!isObject(token)) return undefined;
  const waitingTimeMs = typeof waitingTime === 'string' ? Number(waitingTime) : waitingTime;
  return { token: token, waitingTimeMs: isTime(waitingTimeMs) ? waitingTimeMs : undefined };
}

/**
 * When a token that the older Function handed over was issued. Its parameters only have `waitingTime` (milliseconds),
 * which counts down to the refresh point.
 *
 * @param refreshPercent the refresh point, 1 to 99
 * @param now Unix milliseconds
 * @returns Unix seconds, rounded so that the token counts as older rather than younger; `undefined` if unknown or in
 *   the future
 */
export function issuedAt({ token, waitingTimeMs }: LegacyToken, refreshPercent: number, now: number): number | undefined {
  const lifetime = Number(token.expires_in);
  if (!Number.isFinite(lifetime) || waitingTimeMs === undefined) return undefined;
  const age = (lifetime * refreshPercent) / 100 - waitingTimeMs / 1000;
  return age < 0 ? undefined : Math.floor(now / 1000 - age);
}

/** An id that the store would refuse must not pass from hop to hop for ever. */
function isChainId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_CHAIN_ID;
}

function isHop(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
