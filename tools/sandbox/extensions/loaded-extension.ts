import path from 'node:path';
import vm from 'node:vm';
import { API_METHOD } from '../http-calls';
import type { HttpClient } from '../http-client';
import { isJsonObject } from '../json';
import { describeExtension, type ExportedExtension } from './description';
import { API_BOOTSTRAP, ExecutionRecorder } from './execution-api';
import { ModuleLoader } from './module-loader';
import { runResolver, sendWithin, type ResolverVm } from './options-resolver';
import type {
  ExecutionLimits,
  ExecutionRequest,
  ExtensionDescription,
  OptionsRequest,
  ResolvedOption,
  ResolverLimits,
} from './protocol';

type ApiFactory = (names: string[], call: (name: string, valuesJson: string) => string) => object;
type Parse = (json: string) => unknown;

/** An extension in a VM of its own. */
export class LoadedExtension {
  private readonly parse: Parse;
  private readonly createApi: ApiFactory;
  private readonly createMethod: ResolverVm['createMethod'];
  private readonly exported: ExportedExtension;

  /**
   * @param mainFile `<root>/build/module.js`
   * @param globals the VM's globals besides those of the language
   * @param prepare gets the VM's context before anything is loaded into it
   * @param replaced see `ModuleLoader`
   */
  constructor(
    mainFile: string,
    globals: Record<string, unknown>,
    { prepare, replaced }: { prepare?: (context: vm.Context) => void; replaced?: Record<string, unknown> } = {},
  ) {
    const context = vm.createContext(globals);
    vm.runInContext('globalThis.global = globalThis; delete globalThis.WebAssembly;', context);
    prepare?.(context);
    this.parse = vm.runInContext('JSON.parse', context) as Parse;
    this.createApi = vm.runInContext(API_BOOTSTRAP, context) as ApiFactory;
    this.createMethod = vm.runInContext(API_METHOD, context) as ResolverVm['createMethod'];
    const root = path.dirname(path.dirname(mainFile));
    const exported = new ModuleLoader(context, root, replaced).load(mainFile) as Record<string, unknown> | undefined;
    const definition = (exported?.default ?? exported) as Partial<ExportedExtension> | undefined;
    if (!Array.isArray(definition?.nodes)) {
      throw new Error('build/module.js has no default export made by createExtension');
    }
    this.exported = { nodes: definition.nodes, connections: definition.connections ?? [] };
  }

  describe(): ExtensionDescription {
    return describeExtension(this.exported);
  }

  /** Runs one node. Never throws for a failure in the node: the result has it. */
  async execute(request: ExecutionRequest, limits: ExecutionLimits): Promise<ExecutionRecorder['result']> {
    const recorder = new ExecutionRecorder(request, limits);
    try {
      const run = this.exported.nodes.find(({ type }) => type === request.type)?.function;
      if (typeof run !== 'function') throw new Error(`the extension has no node ${request.type} that can be run`);
      const { input, context: conversation, profile, config, childConfigs } = request;
      // Parsed inside the VM, so that the node gets objects of its own. Changing them changes nothing outside.
      const parameters = this.parse(JSON.stringify({ nodeId: request.nodeId, config, childConfigs }));
      const cognigy = this.parse(JSON.stringify({ input, context: conversation, profile }));
      if (!isJsonObject(parameters) || !isJsonObject(cognigy)) throw new Error('the execution request is no object');
      cognigy.api = this.createApi(recorder.methodNames, (name, json) => recorder.call(name, json));
      parameters.cognigy = cognigy;
      await run(parameters);
    } catch (error) {
      recorder.fail(error);
    }
    return recorder.result;
  }

  /**
   * Runs the resolver of one field.
   * @param http sends its requests, and never rejects because of a status
   * @throws Error if there is no resolver, if it fails, or if its result is not a list of options
   */
  async resolveOptions({ type, field, config }: OptionsRequest, limits: ResolverLimits, http: HttpClient): Promise<ResolvedOption[]> {
    const node = this.exported.nodes.find((one) => one.type === type);
    const resolver = node?.fields?.find(({ key }) => key === field)?.optionsResolver;
    if (resolver === undefined) throw new Error(`the node ${type} has no field ${field} with a resolver`);
    const { parse, createMethod } = this;
    return runResolver(resolver, config, { parse, createMethod }, sendWithin(limits, http));
  }
}
