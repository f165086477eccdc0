import { describe } from '../errors';
import type { ErrorReport } from '../errors';
import type { Transport } from '../http';
import type { ContextCopies } from './context-copies';
import { makeAssertion } from './make-assertion';
import type { StoredTokenEnvironment } from './with-store';

/**
 * The world that a node works in.
 *
 * @param notes collects what is to be told in the log
 */
export function nodeWorld(copies: ContextCopies, notes: string[]): StoredTokenEnvironment {
  return {
    copies,
    transport,
    now: Date.now,
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
    makeAssertion,
    log: (message: string) => void notes.push(message),
  };
}

/** The HTTP client is loaded with the first request: a token that lies in the conversation needs none. */
const transport: Transport = async (request, timeoutMs) => {
  const { nodeTransport } = await import('../http/node-transport');
  return nodeTransport(request, timeoutMs);
};

/** One line for the log: what went wrong, also where the Flow goes on with a token. Without anything to tell, none. */
export function logLine(problem: Pick<ErrorReport, 'code' | 'message' | 'remedy'> | undefined, notes: readonly string[]): string | undefined {
  const lines = problem === undefined ? notes : [describe(problem), ...notes];
  return lines.length > 0 ? `[access-token] ${lines.join(' ')}` : undefined;
}
