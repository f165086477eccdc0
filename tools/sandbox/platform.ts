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
   * The time of Functions, transformers and session storage; extensions always live in real time. A virtual clock
   * stands still during each request of the real client: there, a fault of the sandbox's own servers that waits
   * (`delayMs`, `hang`) would wait for ever.
   */
  clock?: Clock;
  /** How Functions, transformers and Flows call out, and how long that takes; a real client when absent. */
  http?: HttpClient;
  /** `extension-host.js`; found next to this file or in `dist/` when absent. */
  extensionHostPath?: string;
  /** What extensions run in; a process with the program at `extensionHostPath` when absent. */
  startExtensionHost?: StartExtensionHost;
  /** Runs a node in the place of the uploaded extensions, in their processes. */
  executeNode?: (request: ExecutionRequest) => Promise<ExecutionResult>;
  /** What `Math.random` gives inside Functions. */
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
  /** Conversations whose Flow ran: what the platform bills. */
  conversations: number;
  flowRuns: number;
  /** Requests to each Endpoint, by URL token. */
  endpointRequests: Record<string, number>;
}

/** The platform on this machine. Make one with `startSandbox`. */
export class Sandbox {
  readonly options: SandboxOptions;
  readonly clock: Clock;
  readonly logs: LogBook;
  readonly sessionStorage: SessionStorage;
  readonly functions: FunctionRuntime;
  /** What Functions sent with `api.inject` and `api.notify`. */
  readonly functionMessages: FunctionMessage[] = [];
  private readonly connectionStore: ConnectionStore;
  private readonly conversationStore = new ConversationStore();
  private readonly extensions: ExtensionRunner;
  private readonly endpoints: EndpointRegistry;
  private readonly pipeline: MessagePipeline;
  private readonly project: Management;
  /** Every timer of the sandbox. */
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

  /** Base of the management API, without `/new/v2.0`. */
  get apiUrl(): string {
    return originOf(this.apiServer);
  }

  get apiKey(): string {
    return this.options.apiKey;
  }

  /** The project that everything made here is in. */
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

  /** Uploads `access-token.tar.gz` or the like. Throws ApiError 400 when the platform would refuse it. */
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

  /** What a Flow of the management API runs, by its `_id` or its `referenceId`. */
  setFlow(flowId: string, nodes: FlowNode[]): void {
    this.project.flows.setNodes(flowId, nodes);
  }

  /** `undefined` takes the transformer away. */
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

  /** A message over the connection of a socket Endpoint; resolves to what was sent back. */
  async sendSocketMessage(urlToken: string, payload: JsonObject): Promise<unknown[]> {
    const endpoint = this.endpoints.find(urlToken);
    endpoint.requests += 1;
    return (await this.pipeline.socket(endpoint, payload)) ?? [];
  }

  /** What an Endpoint sent to its users. */
  sentOutputs(urlToken: string): SentOutput[] {
    return [...this.endpoints.find(urlToken).sent];
  }

  /** Runs one node of an uploaded extension without a Flow. */
  runNode(run: NodeRun): Promise<ExecutionResult> {
    const { type, config = {}, context = {}, input = {}, childConfigs = [] } = run;
    return this.execute({ type, nodeId: 'node', config: this.resolveConnections(config), context, input, profile: {}, childConfigs });
  }

  /**
   * What a `select` field with an `optionsResolver` offers, as when its form is opened with this config.
   * @throws ApiError 404 for a node, a field with a resolver or a connection that does not exist, 422 when the resolver fails
   */
  async resolveOptions({ type, field, config }: OptionsRequest): Promise<ResolvedOption[]> {
    return this.extensions.resolveOptions({ type, field, config: this.resolveConnections(config) });
  }

  /** A node's configuration with the fields of its connections in it. Throws ApiError 404 for one that does not exist. */
  resolveConnections(config: JsonObject): JsonObject {
    return this.connectionStore.resolve(config);
  }

  /** The conversations that exist, live: their context is what the next message starts with. */
  get conversations(): Conversation[] {
    return this.conversationStore.list();
  }

  /** What the node editor shows of the uploaded extensions. */
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

  /** Ends everything; no timer, process or connection stays behind. */
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

  /** Real input and output takes no virtual time. */
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
