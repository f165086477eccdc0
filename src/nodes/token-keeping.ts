import { toAccessTokenError } from '../errors';
import type { Token } from '../lifetime';
import type { TokenResult } from '../refresh/result';
import type { ContextCopies } from './context-copies';
import { explain } from './explain';
import type { AskingChain, StoredTokenEnvironment } from './keep-stored-token';
import { keepToken } from './keep-token';
import type { KeptToken } from './keep-token';
import type { NodeConfig } from './node-config';
import type { Note } from './node-log';
import { nodeWorld } from './node-world';

/** A token, and what else of the answer the result shows. */
export interface ShownToken extends KeptToken {
  response: TokenResult['response'];
}

/** The token of one execution, and the world that it comes from. */
export class TokenKeeping {
  readonly notes: Note[] = [];
  /** Unix milliseconds. */
  readonly startedAt = Date.now();
  readonly environment: StoredTokenEnvironment;

  constructor(
    readonly config: NodeConfig,
    copies: ContextCopies,
  ) {
    this.environment = nodeWorld(copies, this.notes);
  }

  /**
   * Gets a valid token.
   *
   * @param changes overrides of the node's settings
   * @param until the time by which the token must be there, Unix milliseconds; only counts if sooner than the node's
   *   own deadline
   * @throws AccessTokenError the errors of `keepToken`, rewritten for this node's user
   */
  async keep({ chain, changes, until }: { chain?: AskingChain | undefined; changes?: NodeConfig; until?: number } = {}): Promise<ShownToken> {
    const { config, environment } = this;
    try {
      const kept = await keepToken({ ...config, ...changes }, environment, chain, until);
      const { handedOut, shape } = kept;
      const response = shape.includeMembers.length > 0 ? await includeMembers(handedOut.record.token, shape.includeMembers) : undefined;
      const warning = handedOut.warning && (await explain(handedOut.warning, config));
      return { ...kept, handedOut: { ...handedOut, warning }, response };
    } catch (thrown) {
      throw await explain(toAccessTokenError(thrown), config);
    }
  }
}

const includeMembers = async (token: Token, names: readonly string[]): Promise<TokenResult['response']> => {
  const { includedMembers } = await import('../refresh/included-members');
  return includedMembers(token, names);
};
