import type { NODE_FIELDS } from './node-fields';
import type { RESULT_SHAPE } from './result';
import { optionalText } from './setting';
import type { Entered, Reader } from './setting';
import { readRefreshPercent, readTokenName } from './token';

/** Accepts the bare token or a whole Authorization value with any scheme. */
const readRejectedToken: Reader<string | undefined> = (value, rule) => optionalText(value, rule)?.split(/\s+/).pop();

/** Identifies the token. Connections are read later, because most turns of a conversation don't need them. */
export const WANTED_TOKEN = {
  tokenName: readTokenName,
  /** 1 to 99. */
  refreshPercent: readRefreshPercent,
  rejectedToken: readRejectedToken,
} satisfies Record<string, Reader<unknown>>;

/** A node's settings as the platform passes them. Absent and `null` mean the default. */
export type NodeConfig = Entered<typeof WANTED_TOKEN> & Entered<typeof RESULT_SHAPE> & {
  [K in keyof typeof NODE_FIELDS]?: K extends 'connection' | `${string}Connection` ? Partial<Record<string, unknown>> | null : unknown;
};
