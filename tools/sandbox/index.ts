/** The local platform: runs the built artifacts as Cognigy.AI does, and enforces its limits. It listens on loopback only. */
import { Sandbox, type StartSandboxOptions } from './platform';

/** Starts a sandbox. `close()` ends it. */
export async function startSandbox(options: StartSandboxOptions = {}): Promise<Sandbox> {
  const sandbox = new Sandbox(options);
  await sandbox.listen();
  return sandbox;
}

export { ApiError } from './api-error';
export { startAuthorizationServer } from './authorization-server/start';
export type {
  AuthorizationServer,
  AuthorizationServerFault,
  AuthorizationServerOptions,
  AuthorizationServerStats,
  TokenRequestRecord,
} from './authorization-server/types';
export { createHttpClient } from './axios-client';
export { systemClock, type Clock } from './clock';
export type { Connection } from './connections';
export type { Conversation } from './conversations';
export type { EndpointDefinition, EndpointFault, EndpointType, RestAnswer, SentOutput } from './endpoints/types';
export type { ChildConfig, ExecutionRequest, ExecutionResult, OptionsRequest, ResolvedOption } from './extensions/protocol';
export type { InstalledExtension } from './extensions/runner';
export type { CodeScope, FlowNode, FlowOutput } from './flows';
export { FunctionRuntime, type FunctionRuntimeInput } from './functions/runtime';
export type { FunctionEvent, FunctionInstance, FunctionInstanceStatus, FunctionStats } from './functions/types';
export {
  HttpClientError,
  throwingOnErrorStatus,
  type HttpClient,
  type HttpClientRequest,
  type HttpClientResponse,
} from './http-client';
export { LogBook, type LogEntry } from './log-book';
export type { ManagementCall, ManagementControl } from './management-api/control';
export type { ManagementFault } from './management-api/faults';
export type { TaskPlan } from './management-api/tasks';
export { DEFAULT_OPTIONS, resolveOptions, type SandboxOptions } from './options';
export { Sandbox, type NodeRun, type SandboxEvent, type SandboxStats, type StartSandboxOptions } from './platform';
export { SessionStorage } from './session-storage';
export { Transformer, type HandlerName, type TransformerKind } from './transformers/transformer';
export { VirtualClock } from './virtual-clock';
