import { createHttpClient } from './axios-client';
import { ScopedClock, systemClock, type Clock } from './clock';
import { ConnectionStore, type Connection } from './connections';
import { ConversationStore, type Conversation } from './conversations';
import { MessagePipeline } from './endpoints/messages';
import { EndpointRegistry } from './endpoints/registry';
import { createEndpointApp } from './endpoints/server';
import { SocketConnections } from './endpoints/socket-server';
import type { EndpointDefinition, EndpointFault, SentOutput } from './endpoints/types';
import { ExtensionProcess, type StartExtensionHost } from './extensions/host';
import type {
  ChildConfig,
  ExecutionRequest,
  ExecutionResult,
  ExtensionDescription,
  OptionsRequest,
  ResolvedOption,
} from './extensions/protocol';
import { ExtensionRunner, type ExtensionStats, type InstalledExtension } from './extensions/runner';
import { findProcess } from './find-process';
import type { FlowNode } from './flows';
import { FunctionRuntime } from './functions/runtime';
import type { FunctionEvent, FunctionInstance, FunctionMessage, FunctionStats } from './functions/types';
import { throwingOnErrorStatus, type HttpClient } from './http-client';
import type { JsonObject } from './json';
import { LogBook } from './log-book';
import { listenOnLoopback, type LoopbackServer } from './loopback-server';
import { Management } from './management-api';
import { createManagementApp } from './management-api/app';
import type { ManagementControl } from './management-api/control';
import { resolveOptions, type SandboxOptions } from './options';
import { SessionStorage } from './session-storage';
import { VirtualClock } from './virtual-clock';

export type SandboxEvent =
  | { kind: 'function'; event: FunctionEvent }
  | { kind: 'execution'; at: number; type: string; nodeId: string; result: ExecutionResult };

export interface StartSandboxOptions extends Partial<SandboxOptions> {
  /**
   * The clock of Functions, transformers and session storage. Extensions always run in real time. A virtual clock stands
   * still during each request of the real client, so such a request to the sandbox's own servers would wait for ever
   * for a fault with `delayMs` or `hang`.
   */
  clock?: Clock;
  /** The HTTP client of Functions, transformers and Flows. If absent, a real one. */
  http?: HttpClient;
  /** Path of `extension-host.js`. If absent, it is looked for next to this file and in `dist/`. */
  extensionHostPath?: string;
  /** Starts what extensions run in. If absent, it is a process with the program at `extensionHostPath`. */
  startExtensionHost?: StartExtensionHost;
  /** Runs nodes instead of the uploaded extensions in their processes. */
  executeNode?: (request: ExecutionRequest) => Promise<ExecutionResult>;
  /** `Math.random` inside Functions. If absent, the engine's own. */
  random?: () => number;
  onEvent?: (event: SandboxEvent) => void;
}

export interface NodeRun {
  type: string;
  config?: JsonObject;
  context?: JsonObject;
  input?: JsonObject;
  childConfigs?: ChildConfig[];
}

export interface SandboxStats {
  functions: FunctionStats;
  extensions: ExtensionStats;
  /** How many conversations there are. The platform bills these. */
  conversations: number;
  flowRuns: number;
  /** How many requests each Endpoint got, by URL token. */
  endpointRequests: Record<string, number>;
}

/** The platform on this machine. `startSandbox` makes one. */
export class Sandbox {
  readonly options: SandboxOptions;
  readonly clock: Clock;
  readonly logs: LogBook;
  readonly sessionStorage: SessionStorage;
  readonly functions: FunctionRuntime;
  /** The messages that Functions sent with `api.inject` and `api.notify`. */
  readonly functionMessages: FunctionMessage[] = [];
  private readonly connectionStore: ConnectionStore;
  private readonly conversationStore = new ConversationStore();
  private readonly extensions: ExtensionRunner;
  private readonly endpoints: EndpointRegistry;
  private readonly pipeline: MessagePipeline;
  private readonly project: Management;
  /** All timers of the sandbox. */
  private readonly timers: ScopedClock;
  private readonly httpClient = createHttpClient();
  private apiServer: LoopbackServer | undefined;
  private endpointServer: LoopbackServer | undefined;
  private sockets: SocketConnections | undefined;

  constructor(private readonly input: StartSandboxOptions) {
    const options = (this.options = resolveOptions(input));
    this.clock = input.clock ?? systemClock;
    const clock = (this.timers = new ScopedClock(this.clock));
    this.logs = new LogBook(clock);
    this.sessionStorage = new SessionStorage(clock, options);
    this.connectionStore = new ConnectionStore(options);
    this.extensions = new ExtensionRunner(options, input.startExtensionHost ?? processStarter(input), this.logs);
    const http = this.createHttp();
    this.functions = new FunctionRuntime({
      clock,
      options,
      http,
      logBook: this.logs,
      onEvent: (event) => input.onEvent?.({ kind: 'function', event }),
      onMessage: (message) => void this.functionMessages.push(message),
      ...(input.random === undefined ? {} : { random: input.random }),
    });
    this.endpoints = new EndpointRegistry({
      clock,
      options,
      http,
      logBook: this.logs,
      storage: this.sessionStorage,
      origin: () => this.endpointServer?.origin,
    });
    this.pipeline = new MessagePipeline(this.conversationStore, {
      http,
      execute: (request) => this.execute(request),
      resolveConnections: (config) => this.connectionStore.resolve(config),
    });
    this.project = new Management({
      clock,
      options,
      logBook: this.logs,
      runtime: this.functions,
      registry: this.endpoints,
      extensionRunner: this.extensions,
      connectionStore: this.connectionStore,
      outside: (work) => this.outside(work),
    });
  }

  /** Opens the two servers. */
  async listen(): Promise<void> {
    const { apiKey, apiPort, endpointPort, maxExtensionBytes, maxManagementBodyBytes } = this.options;
    const { resources, control } = this.project;
    const management = createManagementApp({
      apiKey,
      maxJsonBytes: maxManagementBodyBytes,
      maxUploadBytes: maxExtensionBytes,
      resources,
      control,
      clock: this.timers,
      logBook: this.logs,
    });
    this.apiServer = await listenOnLoopback(management, apiPort);
    const app = createEndpointApp(this.endpoints, this.pipeline, this.timers, this.logs);
    this.sockets = new SocketConnections({ registry: this.endpoints, pipeline: this.pipeline, clock: this.timers, logBook: this.logs });
    this.endpointServer = await listenOnLoopback(this.sockets.before(app), endpointPort, this.sockets.upgrade);
  }

  /** Base URL of the management API, without `/new/v2.0`. */
  get apiUrl(): string {
    return originOf(this.apiServer);
  }

  get apiKey(): string {
    return this.options.apiKey;
  }

  /** The id of the project that has everything made here. */
  get projectId(): string {
    return this.options.projectId;
  }

  /** The management API's log, hooks and faults. */
  get management(): ManagementControl {
    return this.project.control;
  }

  endpointUrl(urlToken: string): string {
    return `${originOf(this.endpointServer)}/${urlToken}`;
  }

  injectUrl(urlToken: string): string {
    return `${originOf(this.endpointServer)}/inject/${urlToken}`;
  }

  notifyUrl(urlToken: string): string {
    return `${originOf(this.endpointServer)}/notify/${urlToken}`;
  }

  /** Uploads an archive such as `access-token.tar.gz`. @throws ApiError 400 if the platform would refuse it */
  uploadExtension(archivePath: string): Promise<InstalledExtension> {
    return this.project.extensions.install(this.projectId, archivePath);
  }

  /** @returns the id, for `{connectionId}` in a node's config */
  createConnection(connection: Connection): string {
    const { type, fields } = connection;
    return this.project.connections.add(this.projectId, { name: type, extension: 'sandbox', type, fields })._id;
  }

  /** @returns the Function's id */
  createFunction(definition: { name: string; code: string }): string {
    return this.project.functions.create(this.projectId, definition)._id;
  }

  updateFunction(functionId: string, definition: { name?: string; code?: string }): void {
    const { functions } = this.project.functions;
    this.project.functions.update(functions.find(functionId), definition);
  }

  /** @returns the instance's id */
  triggerFunction(functionId: string, parameters: JsonObject = {}): string {
    return this.functions.trigger(functionId, parameters);
  }

  functionInstances(functionId?: string): FunctionInstance[] {
    return this.functions.list(functionId);
  }

  createEndpoint(definition: EndpointDefinition): { urlToken: string; url: string; endpointId: string } {
    const { URLToken: urlToken, _id: endpointId } = this.project.endpoints.add(this.projectId, definition);
    return { urlToken, url: this.endpointUrl(urlToken), endpointId };
  }

  /** Sets the nodes of a Flow of the management API. @param flowId its `_id` or its `referenceId` */
  setFlow(flowId: string, nodes: FlowNode[]): void {
    this.project.flows.setNodes(flowId, nodes);
  }

  /** @param source `undefined` removes the transformer */
  updateTransformer(urlToken: string, source: string | undefined): void {
    this.project.endpoints.updateTransformer(urlToken, source);
  }

  /** Makes an Endpoint slow, silent or broken until `clearFault`. */
  setFault(urlToken: string, fault: EndpointFault): void {
    this.endpoints.find(urlToken).fault = { ...fault };
  }

  clearFault(urlToken: string): void {
    this.endpoints.find(urlToken).fault = {};
  }

  /** Sends a message as over the connection of a socket Endpoint. @returns the outputs that were sent back */
  async sendSocketMessage(urlToken: string, payload: JsonObject): Promise<unknown[]> {
    const endpoint = this.endpoints.find(urlToken);
    endpoint.requests += 1;
    return (await this.pipeline.socket(endpoint, payload)) ?? [];
  }

  /** The outputs that an Endpoint sent to its users. */
  sentOutputs(urlToken: string): SentOutput[] {
    return [...this.endpoints.find(urlToken).sent];
  }

  /** Runs one node of an uploaded extension without a Flow. */
  runNode(run: NodeRun): Promise<ExecutionResult> {
    const { type, config = {}, context = {}, input = {}, childConfigs = [] } = run;
    return this.execute({ type, nodeId: 'node', config: this.resolveConnections(config), context, input, profile: {}, childConfigs });
  }

  /**
   * The options of a `select` field with an `optionsResolver`, as if its form were opened with this config.
   * @throws ApiError 404 if there is no such node, field with a resolver or connection; 422 if the resolver fails
   */
  async resolveOptions({ type, field, config }: OptionsRequest): Promise<ResolvedOption[]> {
    return this.extensions.resolveOptions({ type, field, config: this.resolveConnections(config) });
  }

  /** Replaces the connections in a node's config by their fields. @throws ApiError 404 if a connection does not exist */
  resolveConnections(config: JsonObject): JsonObject {
    return this.connectionStore.resolve(config);
  }

  /** The conversations; the objects themselves, not copies. The next message starts with their context. */
  get conversations(): Conversation[] {
    return this.conversationStore.list();
  }

  /** The nodes and connections of the uploaded extensions, as the node editor shows them. */
  get editor(): ExtensionDescription['editor'] {
    return this.extensions.editor();
  }

  stats(): SandboxStats {
    return {
      functions: this.functions.stats(),
      extensions: this.extensions.stats(),
      conversations: this.conversations.length,
      flowRuns: this.conversations.reduce((sum, { flowRuns }) => sum + flowRuns, 0),
      endpointRequests: Object.fromEntries(this.endpoints.list().map((item) => [item.urlToken, item.requests])),
    };
  }

  /** Ends everything. Leaves no timer, process or connection behind. */
  async close(): Promise<void> {
    this.functions.close();
    await this.sockets?.close();
    await Promise.all([this.apiServer?.close(), this.endpointServer?.close()]);
    await this.extensions.close();
    this.sessionStorage.close();
    this.httpClient.close();
    this.timers.close();
  }

  private async execute(request: ExecutionRequest): Promise<ExecutionResult> {
    const { executeNode } = this.input;
    const result = await (executeNode === undefined ? this.extensions.execute(request) : executeNode(request));
    const { type, nodeId } = request;
    this.input.onEvent?.({ kind: 'execution', at: this.clock.now(), type, nodeId, result });
    return result;
  }

  private createHttp(): HttpClient {
    const client = this.input.http ?? ((request) => this.outside(this.httpClient(request)));
    return this.options.httpErrorStatusThrows ? throwingOnErrorStatus(client) : client;
  }

  /** Lets no virtual time pass during real input and output. */
  private outside<T>(work: Promise<T>): Promise<T> {
    const { clock } = this;
    return clock instanceof VirtualClock ? clock.track(work) : work;
  }
}

function processStarter({ extensionHostPath }: StartSandboxOptions): StartExtensionHost {
  const hostPath = extensionHostPath ?? findProcess('extension-host.js');
  return (onConsole) => new ExtensionProcess(hostPath, onConsole);
}

function originOf(server: LoopbackServer | undefined): string {
  if (server === undefined) throw new Error('the sandbox is not listening yet');
  return server.origin;
}
