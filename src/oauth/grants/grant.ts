import type { HttpRequest } from '../../http';
import type { JsonObject } from '../../json';
import type { TokenRecord } from '../../lifetime';
import type { World } from '../../world';
import type { Client } from '../client-authentication/client-authentication';
import type { TokenEndpointConfig } from '../config';

/** What a grant's requests are made with. */
export type GrantWorld = Pick<World, 'makeAssertion'>;

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
  /** Whether a refresh token that comes with its token takes its place the next time. */
  readonly renews?: true;
  /** Whether it proves who the client is, so that nothing else in the request does. */
  readonly provesClient?: true;
  /** More parameters, made anew for each attempt. */
  readonly freshParameters?: (client: Client, world: GrantWorld) => Promise<Record<string, string>>;
  /** Takes the place of the token endpoint's own protocol. */
  readonly protocol?: TokenProtocol;
}

/** How a token is asked for where that is not OAuth. */
export interface TokenProtocol {
  readonly request: HttpRequest;
  /**
   * @param body the answer: parsed from JSON or a form, or a text
   * @param now the server's time, Unix seconds
   * @returns the answer's members by the names of RFC 6749 §5.1
   */
  membersOf(body: unknown, now: number): JsonObject;
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
