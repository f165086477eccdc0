/** The child process in which an extension's nodes run. Bundled to `dist/extension-host.js`. */
import type { HttpClient } from '../http-client';
import { messageOf } from '../json';
import { HostCommands } from './host-commands';
import type { HostCommand, HostMessage } from './protocol';

function send(message: HostMessage): void {
  if (process.connected) process.send?.(message);
}

/** Loaded only when a resolver sends a request: executions need no client. */
const http: HttpClient = async (request) => (await import('../axios-client')).createHttpClient()(request);

const commands = new HostCommands((level, text) => send({ kind: 'console', level, text }), http);

process.on('message', (command: HostCommand) => void commands.answer(command).then(send));
// Ctrl+C in a terminal reaches every process, but the parent decides when this one ends.
process.on('SIGINT', () => undefined);
// The parent has ended, so nobody waits for a result any more.
process.on('disconnect', () => process.exit());
// A promise that a node has left behind must not end the process. The reason is logged.
process.on('unhandledRejection', (reason) => send({ kind: 'console', level: 'error', text: messageOf(reason) }));
send({ kind: 'ready' });
