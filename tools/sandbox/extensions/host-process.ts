/** The child process in which an extension's nodes run. Bundled to `dist/extension-host.js`. */
import type { HttpClient } from '../http-client';
import { messageOf } from '../json';
import { HostCommands } from './host-commands';
import type { HostCommand, HostMessage } from './protocol';

function send(message: HostMessage): void {
  if (process.connected) process.send?.(message);
}

/** Loaded where a resolver sends a request: executions need none. */
const http: HttpClient = async (request) => (await import('../axios-client')).createHttpClient()(request);

const commands = new HostCommands((level, text) => send({ kind: 'console', level, text }), http);

process.on('message', (command: HostCommand) => void commands.answer(command).then(send));
// A terminal's Ctrl+C reaches every process: the parent says when this one ends.
process.on('SIGINT', () => undefined);
// The parent is gone: nobody waits for a result any more.
process.on('disconnect', () => process.exit());
// A node that leaves a promise or a timer behind ends only its own process, with the reason in the log.
process.on('unhandledRejection', (reason) => send({ kind: 'console', level: 'error', text: messageOf(reason) }));
send({ kind: 'ready' });
