/** The child process in which an extension's nodes run. Bundled to `dist/extension-host.js`. */
import { messageOf } from '../json';
import { ExecutionRecorder } from './execution-api';
import { LoadedExtension } from './loaded-extension';
import type { ExecutionLimits, ExecutionRequest, HostCommand, HostMessage } from './protocol';
import { extensionGlobals } from './vm-globals';

const loaded = new Map<string, LoadedExtension>();

function send(message: HostMessage): void {
  if (process.connected) process.send?.(message);
}

/** The extension whose main file is `<root>/build/module.js`; a process loads it once. */
function load(mainFile: string): LoadedExtension {
  const present = loaded.get(mainFile);
  if (present !== undefined) return present;
  const globals = extensionGlobals((level, text) => send({ kind: 'console', level, text }));
  const extension = new LoadedExtension(mainFile, globals);
  loaded.set(mainFile, extension);
  return extension;
}

/** As `LoadedExtension.execute`, also where the extension can't be loaded. */
async function execute(mainFile: string, request: ExecutionRequest, limits: ExecutionLimits): Promise<ExecutionRecorder['result']> {
  let extension: LoadedExtension;
  try {
    extension = load(mainFile);
  } catch (error) {
    const recorder = new ExecutionRecorder(request, limits);
    recorder.fail(error);
    return recorder.result;
  }
  return extension.execute(request, limits);
}

async function handle(command: HostCommand): Promise<void> {
  const { id } = command;
  try {
    if (command.kind === 'ping') send({ kind: 'pong', id });
    else if (command.kind === 'describe') send({ kind: 'described', id, description: load(command.mainFile).describe() });
    else {
      const result = await execute(command.mainFile, command.request, command.limits);
      send({ kind: 'executed', id, result });
    }
  } catch (error) {
    send({ kind: 'failed', id, message: messageOf(error) });
  }
}

process.on('message', (command: HostCommand) => void handle(command));
// A terminal's Ctrl+C reaches every process: the parent says when this one ends.
process.on('SIGINT', () => undefined);
// The parent is gone: nobody waits for a result any more.
process.on('disconnect', () => process.exit());
// A node that leaves a promise or a timer behind ends only its own process, with the reason in the log.
process.on('unhandledRejection', (reason) => send({ kind: 'console', level: 'error', text: messageOf(reason) }));
send({ kind: 'ready' });
