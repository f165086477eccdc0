import type { JsonObject } from '../json';

/** A child node as a parent's function sees it. */
export interface ChildConfig {
  id: string;
  type: string;
  config: JsonObject;
}

export interface ExecutionRequest {
  /** Node type. */
  type: string;
  nodeId: string;
  config: JsonObject;
  childConfigs: ChildConfig[];
  context: JsonObject;
  input: JsonObject;
  profile: JsonObject;
}

export interface ExecutionLimits {
  maxApiCalls: number;
  logIsExempt: boolean;
  maxApiPayloadBytes: number;
}

export interface ExecutionOutput {
  text: string;
  data: JsonObject;
}

/** What one execution did; `context`, `input` and `profile` are the new copies. */
export interface ExecutionResult {
  context: JsonObject;
  input: JsonObject;
  profile: JsonObject;
  /** Lines given to `api.log`. */
  logs: Array<{ level: string; text: string }>;
  outputs: ExecutionOutput[];
  /** Given to `api.emitEvent`. */
  events: Array<{ name: string; data: unknown }>;
  nextNodeId?: string;
  /** All calls of `cognigy.api.*` that count, the refused ones included. */
  apiCalls: number;
  /** Also in `input.extensionError`. */
  extensionError?: { message: string };
  /** Run time, milliseconds; waiting for a free process is not part of it. */
  durationMs: number;
}

/** Which options are asked for, and what the form holds. */
export interface OptionsRequest {
  /** Node type. */
  type: string;
  /** Key of a field with an `optionsResolver`. */
  field: string;
  config: JsonObject;
}

export interface ResolverLimits {
  maxHttpRequests: number;
  maxAnswerBytes: number;
  /** Whether `api.httpRequest` rejects for a status outside 200 to 299. */
  errorStatusThrows: boolean;
}

/** What a resolver offers in a list. */
export interface ResolvedOption {
  label: string;
  value: string;
}

/** A type of connection, with the names of its fields. */
export interface ConnectionType {
  type: string;
  fields: string[];
  /** Those that every connection of the type has. */
  requiredFields: string[];
}

/** What a package offers, read by loading it. */
export interface ExtensionDescription {
  nodes: Array<{ type: string; parentType: string | null }>;
  connections: ConnectionType[];
  /**
   * Nodes and connections whole, as the editor gets them: everything but the functions. Of an `optionsResolver` its
   * `dependencies` are left.
   */
  editor: { nodes: JsonObject[]; connections: JsonObject[] };
}

/** Parent to child. */
export type HostCommand =
  | { id: number; kind: 'describe'; mainFile: string }
  | { id: number; kind: 'execute'; mainFile: string; request: ExecutionRequest; limits: ExecutionLimits }
  | { id: number; kind: 'resolveOptions'; mainFile: string; request: OptionsRequest; limits: ResolverLimits }
  | { id: number; kind: 'ping' };

/** Child to parent, unasked. */
type HostNews = { kind: 'ready' } | { kind: 'console'; level: string; text: string };

/** Child to parent, for a command. */
export type HostAnswer =
  | { kind: 'pong'; id: number }
  | { kind: 'failed'; id: number; message: string }
  | { kind: 'described'; id: number; description: ExtensionDescription }
  | { kind: 'optionsResolved'; id: number; options: ResolvedOption[] }
  | { kind: 'executed'; id: number; result: Omit<ExecutionResult, 'durationMs'> };

export type HostMessage = HostNews | HostAnswer;
