import type { Transport } from '../http';
import type { ContextCopies } from './context-copies';
import { makeAssertion } from './make-assertion';
import type { Note } from './node-log';
import type { StoredTokenEnvironment } from './with-store';

/**
 * The world that a node works in.
 *
 * @param notes collects what goes to the log
 */
export function nodeWorld(copies: ContextCopies, notes: Note[]): StoredTokenEnvironment {
  return {
    copies,
    transport,
    now: Date.now,
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
    makeAssertion,
    log: (...note) => void notes.push(note),
  };
}

/** The HTTP client is loaded with the first request. A token in the conversation needs none. */
const transport: Transport = async (request, timeoutMs) => {
  const { nodeTransport } = await import('../http/node-transport');
  return nodeTransport(request, timeoutMs);
};
