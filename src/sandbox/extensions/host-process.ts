/** The child process in which an extension's nodes run. Bundled to `dist/extension-host.js`. */
import path from 'node:path';
import vm from 'node:vm';
import { isJsonObject, messageOf } from '../json';
import { describeExtension, type ExportedExtension } from './description';
import { API_BOOTSTRAP, ExecutionRecorder } from './execution-api';
import { ModuleLoader } from './module-loader';
import type { ExecutionLimits, ExecutionRequest, HostCommand, HostMessage } from './protocol';
import { extensionGlobals } from './vm-globals';

interface LoadedExtension extends ExportedExtension {
  context: vm.Context;
}

type ApiFactory = (names: string[], call: (name: string, valuesJson: string) => string) => object;
type Parse = (json: string) => unknown;

const loaded = new Map<string, LoadedExtension>();

function send(message: HostMessage): void {
  if (process.connected) process.send?.(message);
}

/** The extension whose main file is `<root>/build/module.js`; a process loads it once. */
function load(mainFile: string): LoadedExtension {
  const present = loaded.get(mainFile);
  if (present !== undefined) return present;
  const globals = extensionGlobals((level, text) => send({ kind: 'console', level, text }));
  const context = vm.createContext(globals);
  vm.runInContext('globalThis.global = globalThis; delete globalThis.WebAssembly;', context);
  const root = path.dirname(path.dirname(mainFile));
  const exported = new ModuleLoader(context, root).load(mainFile) as Record<string, unknown> | undefined;
  const definition = (exported?.default ?? exported) as Record<string, unknown> | undefined;
  if (!Array.isArray(definition?.nodes)) {
    throw new Error('build/module.js has no default export made by createExtension');
  }
  const extension: LoadedExtension = {
    context,
    nodes: definition.nodes as LoadedExtension['nodes'],
    connections: (definition.connections ?? []) as LoadedExtension['connections'],
  };
  loaded.set(mainFile, extension);
  return extension;
}

async function execute(
  mainFile: string,
  request: ExecutionRequest,
  limits: ExecutionLimits,
): Promise<ExecutionRecorder['result']> {
  const recorder = new ExecutionRecorder(request, limits);
  try {
    const { context, nodes } = load(mainFile);
    const run = nodes.find(({ type }) => type === request.type)?.function;
    if (typeof run !== 'function') throw new Error(`the extension has no node ${request.type} that can be run`);
    const parse = vm.runInContext('JSON.parse', context) as Parse;
    const createApi = vm.runInContext(API_BOOTSTRAP, context) as ApiFactory;
    const { input, context: conversation, profile, config, childConfigs } = request;
    // Parsed inside the VM: the node gets its own objects, and changing them changes nothing outside.
    const parameters = parse(JSON.stringify({ nodeId: request.nodeId, config, childConfigs }));
    const cognigy = parse(JSON.stringify({ input, context: conversation, profile }));
    if (!isJsonObject(parameters) || !isJsonObject(cognigy)) throw new Error('the execution request is no object');
    cognigy.api = createApi(recorder.methodNames, (name, json) => recorder.call(name, json));
    parameters.cognigy = cognigy;
    await run(parameters);
  } catch (error) {
    recorder.fail(error);
  }
  return recorder.result;
}

async function handle(command: HostCommand): Promise<void> {
  const { id } = command;
  try {
    if (command.kind === 'ping') send({ kind: 'pong', id });
    else if (command.kind === 'describe') send({ kind: 'described', id, description: describeExtension(load(command.mainFile)) });
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
