import type { TokenRecord } from '../../lifetime';
import type { TokenEndpointConfig } from '../config';

/** What a token is asked for with: one way to get it, with what belongs to it. */
export interface Grant {
  /** The `grant_type` of RFC 6749. */
  readonly name: string;
  /** What goes into the request besides the client's own parameters. */
  readonly parameters: Record<string, string>;
  /** Whether it can be used once only: where nobody knows what became of it, it is not sent a second time. */
  readonly isSingleUse: boolean;
  /** What of it must never be shown. */
  readonly secrets: readonly string[];
}

/** What is known when a grant is chosen. */
export interface GrantContext {
  config: TokenEndpointConfig;
  /** The token that is to be replaced, if it is for the same as these settings. */
  record: TokenRecord | null;
  /** Whether the store keeps refresh tokens. */
  keepsRefreshTokens: boolean;
}

/** A kind of grant: one file each, and one line in the registry. */
export interface GrantType {
  readonly name: string;
  /**
   * @param others what the kinds before this one have offered
   * @returns the grants that can be used now, the best first
   */
  offer(context: GrantContext, others: readonly Grant[]): Grant[];
}
