/** Runs Forget Token. Loaded only when such a node runs. */
import type { INodeFunctionBaseParams } from '@cognigy/extension-tools';

import { reportOf, toAccessTokenError } from '../../errors';
import type { AccessTokenError, ErrorReport } from '../../errors';
import type { ForgetResult } from '../../refresh/forget-token';
import { ContextCopies } from '../context-copies';
import { writeLog } from '../node-log';
import type { Note } from '../node-log';
import { nodeWorld } from '../node-world';
import { COPIES_KEY, readResultPlace } from '../result-place';
import { forgetKeptToken } from './forget-kept-token';
import type { ForgetConfig } from './forget-kept-token';

/** Rewrites an error for this node's user. */
type Explain = (error: AccessTokenError, config: ForgetConfig) => Promise<AccessTokenError>;

interface NodeApi {
  addToContext(key: string, value: unknown, mode: 'simple'): void;
  log(level: string, text: string): void;
}

/**
 * Forgets the token in store and conversation. The result replaces the token that Get Access Token put into the
 * context. Never throws. Makes at most 3 `api` calls: the conversation's copies, the result, one log line.
 *
 * @param explain passed in, because its labels are loaded with the node anyway
 */
export async function executeForget({ cognigy, config }: Pick<INodeFunctionBaseParams, 'cognigy' | 'config'>, explain: Explain): Promise<void> {
  const api = cognigy.api as unknown as NodeApi;
  const nodeConfig = (config as ForgetConfig | null | undefined) ?? {};
  const copies = new ContextCopies(cognigy.context, Date.now);
  const notes: Note[] = [];
  const { contextKey } = nodeConfig;
  const place = readResultPlace({ contextKey });
  const outcome = place.problem === undefined ? await attempt(nodeConfig, copies, notes, explain) : { error: reportOf(place.problem) };
  const changes = copies.changes();
  if (changes !== null) api.addToContext(COPIES_KEY, changes, 'simple');
  api.addToContext(place.key, outcome, 'simple');
  writeLog(outcome, 'error' in outcome ? outcome.error : outcome.warning, notes, nodeConfig, api);
}

async function attempt(config: ForgetConfig, copies: ContextCopies, notes: Note[], explain: Explain): Promise<ForgetResult | { error: ErrorReport }> {
  try {
    const { warning, ...result } = await forgetKeptToken(config, nodeWorld(copies, notes));
    return warning === undefined ? result : { ...result, warning: reportOf(await explain(warning, config)) };
  } catch (thrown) {
    return { error: reportOf(await explain(toAccessTokenError(thrown), config)) };
  }
}
