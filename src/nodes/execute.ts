import type { INodeFunctionBaseParams } from '@cognigy/extension-tools';

import { toAccessTokenError } from '../errors';
import type { ErrorReport } from '../errors';
import type { Transport } from '../http';
import type { TokenResult } from '../tokens';
import { ContextCopies, COPIES_KEY } from './context-copies';
import { keepToken } from './keep-token';
import { readResultPlace } from './node-config';
import type { NodeConfig, ResultPlace } from './node-config';

/** What a node did: a token, or why there is none. */
export type Outcome = TokenResult | { error: ErrorReport };

/** The calls both nodes make; `addToInput` is missing from the vendor's typings, and the others are optional there. */
interface NodeApi {
  addToContext(key: string, value: unknown, mode: 'simple'): void;
  addToInput(key: string, value: unknown): void;
  log(level: 'warn' | 'error', text: string): void;
  setNextNode(nodeId: string): void;
}

/**
 * Runs a node: gets the token, stores the result, and goes on in a branch. Never throws; at most 4 `api`
 * calls: the conversation's copies, the result, one log line, the branch.
 *
 * @param chooseBranch the type of the child to go on with
 */
export async function executeNode(
  { cognigy, config, childConfigs }: INodeFunctionBaseParams,
  chooseBranch: (outcome: Outcome) => string,
): Promise<void> {
  const api = cognigy.api as unknown as NodeApi;
  const nodeConfig = (config as NodeConfig | null | undefined) ?? {};
  const copies = new ContextCopies(cognigy.context, Date.now);
  const notes: string[] = [];
  const outcome = await attempt(nodeConfig, copies, notes);
  const changes = copies.changes();
  if (changes !== null) api.addToContext(COPIES_KEY, changes, 'simple');
  storeResult(outcome, readResultPlace(nodeConfig), api);
  report(outcome, notes, api);
  const branch = chooseBranch(outcome);
  const child = (childConfigs as INodeFunctionBaseParams['childConfigs'] | undefined)?.find(({ type }) => type === branch);
  if (child !== undefined) api.setNextNode(child.id);
}

async function attempt(config: NodeConfig, copies: ContextCopies, notes: string[]): Promise<Outcome> {
  try {
    return await keepToken(config, {
      copies,
      transport: lazyTransport,
      now: Date.now,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      random: Math.random,
      note: (message) => notes.push(message),
    });
  } catch (thrown) {
    return { error: toAccessTokenError(thrown).toReport() };
  }
}

/** The HTTP client is loaded with the first request: a token that lies in the conversation needs none. */
const lazyTransport: Transport = async (request, timeoutMs) => {
  const { axiosTransport } = await import('../http/axios-transport');
  return axiosTransport(request, timeoutMs);
};

function storeResult(outcome: Outcome, { location, key }: ResultPlace, api: NodeApi): void {
  if (location === 'input') api.addToInput(key, outcome);
  else api.addToContext(key, outcome, 'simple');
}

/** One line for the log: what went wrong, also where the Flow goes on with a token. */
function report(outcome: Outcome, notes: string[], api: NodeApi): void {
  const problem = 'error' in outcome ? outcome.error : outcome.warning;
  const lines = problem === undefined ? notes : [`${problem.code}: ${problem.message} ${problem.remedy}`, ...notes];
  if (lines.length > 0) api.log('error' in outcome ? 'error' : 'warn', `[access-token] ${lines.join(' ')}`);
}
