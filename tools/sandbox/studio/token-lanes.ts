import type { Chronicle } from './chronicle';
import { fingerprint } from './fingerprint';
import type { StoreContents, StoredToken } from './stored-token';
import type { TokenLane, TokenLife } from './wire';

interface KeptLife {
  life: TokenLife;
  fingerprint: string;
  /** The event about it. */
  eventId: number;
}

interface KeptLane {
  tokenName: string;
  lives: KeptLife[];
  failure: StoreContents['failure'];
  /** Whether the store has ever had a token of this name. Stays true when its lives have been forgotten. */
  hasLived: boolean;
}

/** The lives of all tokens, in order under each name. */
export class TokenLanes {
  /** How many tokens were fetched after the first one of their name, without those from consents. */
  refreshes = 0;
  private readonly lanes: KeptLane[] = [];
  /** When nodes reported tokens that they had fetched, Unix milliseconds, by the token's fingerprint. */
  private readonly fetchedByNodes = new Map<string, number>();

  constructor(private readonly chronicle: Chronicle) {}

  /** @param at Unix milliseconds; likewise below */
  stored(tokenName: string, { token, failure }: StoreContents, at: number): void {
    const lane = this.lane(tokenName);
    lane.failure = failure;
    const current = lane.lives.find(({ life }) => life.endedAt === undefined);
    if (current?.fingerprint === token?.fingerprint && current?.life.version === token?.version) return;
    if (current !== undefined) {
      // The version grows with each write. A version that did not grow shows that the store lost everything in the meantime.
      const isLost = token === undefined || token.version <= current.life.version;
      current.life.endedAt = at;
      current.life.end = isLost ? 'lost' : 'replaced';
      if (isLost) this.chronicle.add(at, 'failure', `The store has lost ${tokenName}.`);
    }
    if (token !== undefined) this.begin(lane, token, at);
  }

  /** The store may have shown the token already, because a node reports it only when its execution ends. */
  fetchedByNode(accessToken: string, at: number): void {
    const fetched = fingerprint(accessToken);
    this.fetchedByNodes.set(fetched, at);
    for (const { tokenName, lives } of this.lanes) {
      for (const { life, eventId } of lives.filter((kept) => kept.fingerprint === fetched)) {
        life.by = 'node';
        this.chronicle.reword(eventId, describe(tokenName, life));
      }
    }
  }

  forget(since: number): void {
    for (const lane of this.lanes) {
      lane.lives = lane.lives.filter(({ life: { endedAt } }) => endedAt === undefined || endedAt >= since);
    }
    for (const [fetched, at] of this.fetchedByNodes) if (at < since) this.fetchedByNodes.delete(fetched);
  }

  /** The lanes as the page gets them. */
  get visible(): TokenLane[] {
    return this.lanes.map(({ tokenName, lives, failure }) => {
      return { tokenName, lives: lives.map(({ life }) => life), ...(failure === undefined ? {} : { failure }) };
    });
  }

  private begin(lane: KeptLane, token: StoredToken, at: number): void {
    const { version, issuedAt, refreshAt, expiresAt, isFromConsent, hasRefreshToken } = token;
    const fetcher = this.fetchedByNodes.has(token.fingerprint) ? 'node' : 'chain';
    const by = isFromConsent ? 'consent' : fetcher;
    const life: TokenLife = { version, issuedAt, refreshAt, expiresAt, by, ...(hasRefreshToken ? { hasRefreshToken } : {}) };
    const eventId = this.chronicle.add(at, 'refresh', describe(lane.tokenName, life));
    lane.lives.push({ life, fingerprint: token.fingerprint, eventId });
    if (lane.hasLived && by !== 'consent') this.refreshes += 1;
    lane.hasLived = true;
  }

  private lane(tokenName: string): KeptLane {
    const present = this.lanes.find((lane) => lane.tokenName === tokenName);
    if (present !== undefined) return present;
    const added: KeptLane = { tokenName, lives: [], failure: undefined, hasLived: false };
    this.lanes.push(added);
    return added;
  }
}

const DEEDS: Record<TokenLife['by'], string> = { chain: 'The chain fetched', node: 'A node fetched', consent: 'A consent brought' };

function describe(tokenName: string, { by, version, issuedAt, expiresAt, hasRefreshToken }: TokenLife): string {
  const seconds = Math.round((expiresAt - issuedAt) / 1000);
  const more = hasRefreshToken ? ', and has a refresh token' : '';
  return `${DEEDS[by]} ${tokenName}, version ${version}: it lives ${seconds} s${more}.`;
}
