import type { INodeFunctionBaseParams } from '@cognigy/extension-tools';

import { AccessTokenError, describe, isAccessTokenError, reportOf, toAccessTokenError } from '../errors';
import type { ErrorReport } from '../errors';
import type { Transport } from '../http';
import type { Token } from '../lifetime';
import { toResult } from '../refresh/result';
import type { TokenResult } from '../refresh/result';
import { asksForTime, chainAnswer, readHeartbeat } from './chain-answer';
import { bytesOf, ContextCopies, MOST_BYTES } from './context-copies';
import { explain } from './explain';
import type { AskingChain } from './keep-stored-token';
import { keepToken } from './keep-token';
import type { KeptToken } from './keep-token';
import { makeAssertion } from './make-assertion';
import { COPIES_KEY, readResultPlace } from './node-config';
import type { NodeConfig, ResultPlace } from './node-config';

/** What a node puts into context or input: a token, or why there is none. */
export type Outcome = TokenResult | { error: ErrorReport };

export interface NodeBehavior {
  /** The type of the child to go on with. */
  chooseBranch: (outcome: Outcome) => string;
  /** Whether the background chain may have its tokens refreshed by this node. */
  answersChain: boolean;
}

/** The calls both nodes make; `addToInput` is missing from the vendor's typings, and the others are optional there. */
interface NodeApi {
  addToContext(key: string, value: unknown, mode: 'simple'): void;
  addToInput(key: string, value: unknown): void;
  log(level: 'warn' | 'error', text: string): void;
  output(text: string, data: object): void;
  setNextNode(nodeId: string): void;
}

/**
 * Runs a node: gets the token, stores the result, and goes on in a branch. Never throws; at most 4 `api`
 * calls: the conversation's copies or the answer to the chain, the result, one log line, the branch.
 */
export async function executeNode(
  { cognigy, config, childConfigs }: INodeFunctionBaseParams,
  { chooseBranch, answersChain }: NodeBehavior,
): Promise<void> {
  const api = cognigy.api as unknown as NodeApi;
  const nodeConfig = (config as NodeConfig | null | undefined) ?? {};
  const copies = new ContextCopies(cognigy.context, Date.now);
  const heartbeat = answersChain ? readHeartbeat(cognigy.input, nodeConfig) : undefined;
  const chain = heartbeat === undefined ? undefined : { heartbeat, goesOn: true };
  const notes: string[] = [];
  const place = readResultPlace(nodeConfig);
  const kept = place.problem ?? (await attempt(nodeConfig, copies, notes, chain));
  const outcome = isAccessTokenError(kept) ? { error: reportOf(kept) } : show(kept);
  storeResult(outcome, place, api);
  if (chain !== undefined) {
    api.output('', { accessTokenChain: chainAnswer(kept, nodeConfig, chain.goesOn, Date.now(), asksForTime(cognigy.input)) });
  }
  const changes = copies.changes();
  if (changes !== null) api.addToContext(COPIES_KEY, changes, 'simple');
  report(outcome, notes, api);
  const branch = chooseBranch(outcome);
  const child = (childConfigs as INodeFunctionBaseParams['childConfigs'] | undefined)?.find(({ type }) => type === branch);
  if (child !== undefined) api.setNextNode(child.id);
}

interface ShownToken extends KeptToken {
  response: TokenResult['response'];
}

async function attempt(
  config: NodeConfig,
  copies: ContextCopies,
  notes: string[],
  chain: AskingChain | undefined,
): Promise<ShownToken | AccessTokenError> {
  try {
    const environment = {
      copies,
      transport: lazyTransport,
      now: Date.now,
      sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
      random: Math.random,
      makeAssertion,
      log: (message: string) => void notes.push(message),
    };
    const kept = await keepToken(config, environment, chain);
    const { handedOut, shape } = kept;
    const response = shape.includeMembers.length > 0 ? await includeMembers(handedOut.record.token, shape.includeMembers) : undefined;
    const warning = handedOut.warning && (await explain(handedOut.warning, config));
    return { ...kept, handedOut: { ...handedOut, warning }, response };
  } catch (thrown) {
    return explain(toAccessTokenError(thrown), config);
  }
}

/** What is too large, the platform refuses: the Flow would go on with whatever was there before. */
function show({ handedOut, refreshPercent, shape, response }: ShownToken): Outcome {
  const result = toResult(handedOut, refreshPercent, shape, response);
  const bytes = bytesOf(JSON.stringify(result));
  if (bytes <= MOST_BYTES) return result;
  // A large token need not be there once more: `authorization` has the header's value.
  delete result.headers;
  if (bytesOf(JSON.stringify(result)) <= MOST_BYTES) return result;
  const message = `The result has ${Math.ceil(bytes / 1000)} kB; the platform takes ${MOST_BYTES / 1000} kB.`;
  return { error: reportOf(new AccessTokenError('token_too_large', message)) };
}

const includeMembers = async (token: Token, names: readonly string[]): Promise<TokenResult['response']> => {
  const { includedMembers } = await import('../refresh/included-members');
  return includedMembers(token, names);
};

/** The HTTP client is loaded with the first request: a token that lies in the conversation needs none. */
const lazyTransport: Transport = async (request, timeoutMs) => {
  const { nodeTransport } = await import('../http/node-transport');
  return nodeTransport(request, timeoutMs);
};

function storeResult(outcome: Outcome, { location, key }: ResultPlace, api: NodeApi): void {
  if (location === 'input') api.addToInput(key, outcome);
  else api.addToContext(key, outcome, 'simple');
}

/** One line for the log: what went wrong, also where the Flow goes on with a token. */
function report(outcome: Outcome, notes: string[], api: NodeApi): void {
  const problem = 'error' in outcome ? outcome.error : outcome.warning;
  const lines = problem === undefined ? notes : [describe(problem), ...notes];
  if (lines.length > 0) api.log('error' in outcome ? 'error' : 'warn', `[access-token] ${lines.join(' ')}`);
}
