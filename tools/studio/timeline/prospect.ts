import type { TimelineSnapshot } from '../../sandbox/studio/wire';

/** What an outage of the token endpoint means for the messages. */
export interface Prospect {
  /** `holds` while the stored token is valid, `fails` afterwards. */
  state: 'holds' | 'fails';
  text: string;
}

/** @returns `undefined` while the token endpoint is up */
export function prospectOf({ broken, tokens, now }: Pick<TimelineSnapshot, 'broken' | 'tokens' | 'now'>): Prospect | undefined {
  if (!broken.some(({ breakage, until }) => breakage === 'tokenEndpointDown' && until === undefined)) return undefined;
  // The first token is the bot's.
  const life = tokens[0]?.lives.slice(-1)[0];
  const left = life === undefined || life.endedAt !== undefined ? 0 : Math.ceil((life.expiresAt - now) / 1000);
  if (left <= 0) {
    return { state: 'fails', text: 'No valid token is left, and nobody can fetch one: messages fail until the token endpoint is back.' };
  }
  return { state: 'holds', text: `The stored token is valid for ${left} s more: messages go on until then. After that they fail, until the token endpoint is back.` };
}
