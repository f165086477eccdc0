import type { HttpRequest } from '../../http';
import type { JsonObject } from '../../json';
import type { TokenRecord } from '../../lifetime';
import type { World } from '../../world';
import type { Client } from '../client-authentication/client-authentication';
import type { TokenEndpointConfig } from '../config';

/** The parameters of a grant's requests. */
export type GrantWorld = Pick<World, 'makeAssertion'>;

/** One way to get a token, ready to be used. */
export interface Grant {
  /** The `grant_type` of RFC 6749. */
  readonly name: string;
  /** What goes into the request besides the client's own parameters. */
  readonly parameters: Record<string, string>;
  /** Whether it works only once. If its fate is unknown, it isn't sent again. */
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

/** A way to get a token that isn't OAuth. */
export interface TokenProtocol {
  readonly request: HttpRequest;
  /**
   * @param body the answer: parsed from JSON or a form, or a text
   * @param now the server's time, Unix seconds
   * @returns the answer's members by the names of RFC 6749 §5.1
   */
  membersOf(body: unknown, now: number): JsonObject;
}

/** The facts by which a grant is chosen. */
export interface GrantContext {
  config: TokenEndpointConfig;
  /** The token to replace, if these settings would get the same one. */
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
