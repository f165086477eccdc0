import type { INodeFunctionBaseParams } from '@cognigy/extension-tools';

import { isAccessTokenError, reportOf, toAccessTokenError } from '../errors';
import type { ErrorReport } from '../errors';
import { asksForTime, chainAnswer, readHeartbeat } from './chain-answer';
import { ContextCopies } from './context-copies';
import type { NodeConfig } from './node-config';
import { writeLog } from './node-log';
import { COPIES_KEY, readResultPlace } from './result-place';
import type { ResultPlace } from './result-place';
import { TokenKeeping } from './token-keeping';
import type { ShownToken } from './token-keeping';

/** What a node writes into context or input: its result, or why there is none. */
export type Outcome<R> = R | { error: ErrorReport };

/** What differs between the nodes. */
export interface NodeBehavior<R extends object> {
  /** What the node makes of the token. Never rejects. */
  resultOf: (token: ShownToken, keeping: TokenKeeping) => Outcome<R> | Promise<Outcome<R>>;
  /** The type of the child to continue with. */
  chooseBranch: (outcome: Outcome<R>) => string;
  /** Whether the background chain may refresh its tokens through this node. */
  answersChain: boolean;
  /** The key of the result if the user names none. */
  resultKey?: string | undefined;
}

/** The calls that all nodes make. The vendor's typings lack `addToInput`, and have the others as optional. */
interface NodeApi {
  addToContext(key: string, value: unknown, mode: 'simple'): void;
  addToInput(key: string, value: unknown): void;
  log(level: string, text: string): void;
  output(text: string, data: object): void;
  setNextNode(nodeId: string): void;
}

/**
 * Runs a node: gets the token, stores what the node makes of it, and continues in a branch. Never throws. Makes at most
 * 5 `api` calls: the answer to the chain, the conversation's copies, the result, one log line, the branch.
 */
export async function executeNode<R extends object>(
  { cognigy, config, childConfigs }: INodeFunctionBaseParams,
  { resultOf, chooseBranch, answersChain, resultKey }: NodeBehavior<R>,
): Promise<void> {
  const api = cognigy.api as unknown as NodeApi;
  const nodeConfig = (config as NodeConfig | null | undefined) ?? {};
  const copies = new ContextCopies(cognigy.context, Date.now);
  const heartbeat = answersChain ? readHeartbeat(cognigy.input, nodeConfig) : undefined;
  const chain = heartbeat === undefined ? undefined : { heartbeat, goesOn: true };
  const keeping = new TokenKeeping(nodeConfig, copies);
  const place = readResultPlace(nodeConfig, resultKey);
  const kept = place.problem ?? (await keeping.keep({ chain }).catch((thrown: unknown) => toAccessTokenError(thrown)));
  const outcome = isAccessTokenError(kept) ? { error: reportOf(kept) } : await resultOf(kept, keeping);
  storeResult(outcome, place, api);
  if (chain !== undefined) {
    api.output('', { accessTokenChain: chainAnswer(kept, nodeConfig, chain.goesOn, Date.now(), asksForTime(cognigy.input)) });
  }
  const changes = copies.changes();
  if (changes !== null) api.addToContext(COPIES_KEY, changes, 'simple');
  const error = 'error' in outcome ? outcome.error : undefined;
  writeLog(outcome, error ?? (isAccessTokenError(kept) ? undefined : kept.handedOut.warning), keeping.notes, nodeConfig, api);
  const branch = chooseBranch(outcome);
  const child = (childConfigs as INodeFunctionBaseParams['childConfigs'] | undefined)?.find(({ type }) => type === branch);
  if (child !== undefined) api.setNextNode(child.id);
}

function storeResult(outcome: object, { location, key }: ResultPlace, api: NodeApi): void {
  if (location === 'input') api.addToInput(key, outcome);
  else api.addToContext(key, outcome, 'simple');
}
