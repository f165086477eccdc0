import { join } from 'node:path';

import { DIST } from '../../support/artifact-platform';
import type { ArtifactPlatform, NodeResult } from '../../support/artifact-platform';
import { runProgram } from '../../support/child-program';

/** The outcome of an execution in a process of its own. */
export interface ExecutionOutcome {
  branch: 'success' | 'error';
  result: NodeResult;
  /** The version of Node.js that ran it. */
  node: string;
  /** The sorted names of the extension's files that were loaded, without their folder. */
  files: string[];
  /** The modules of Node.js that were loaded, including internal ones. */
  modules: string[];
}

export interface Execution {
  /** Default: Get Access Token. */
  type?: string;
  config: Record<string, unknown>;
  context?: Record<string, unknown>;
}

const PROGRAM = join(__dirname, 'execution.cjs');
const MODULE = join(DIST, 'extension/build/module.js');

/**
 * Runs a node of the built extension as an installation does, in a new process.
 *
 * @param node path of the Node.js program
 * @param env the whole environment of the process
 */
export async function runExecution(
  node: string,
  execution: Execution,
  env: Record<string, string> = {},
): Promise<ExecutionOutcome> {
  const args = [MODULE, JSON.stringify(execution)];
  const outcome = await runProgram<ExecutionOutcome>({ node, file: PROGRAM, args, env });
  return { ...outcome, files: outcome.files.sort() };
}

/** The context of a conversation with a token that is valid for an hour. */
export function contextWithToken(accessToken: string): Record<string, unknown> {
  const token = { access_token: accessToken, token_type: 'Bearer', expires_in: 3600 };
  return { _accessTokenCopies: { accessToken: { token, timestamp: Math.floor(Date.now() / 1000), version: 1 } } };
}

type Fields = Record<string, string>;

/** The fields of a node's `connection` to the test platform's authorization server. */
export function resolvedConnection({ server }: ArtifactPlatform, changes: Fields = {}): Fields {
  const { clientId, clientSecret } = server.client;
  return { tokenUrl: server.tokenUrl, clientId, clientSecret, ...changes };
}

/** What a bot builder enters for the shared store, with resolved connections. `changes` override the store's fields. */
export function endpointConfig(
  platform: ArtifactPlatform,
  tokenName: string,
  changes: Fields = {},
): Execution['config'] {
  const endpointConnection = { url: platform.storeUrl, endpointSecret: platform.endpointSecret, ...changes };
  return { connection: resolvedConnection(platform), store: 'endpoint', endpointConnection, tokenName };
}

/** The same for a store in Redis. */
export function redisConfig(platform: ArtifactPlatform, url: string): Execution['config'] {
  const redisConnection = { url, encryptionKey: 'canary-encryption-key-77d2' };
  return { connection: resolvedConnection(platform), store: 'redis', redisConnection };
}
