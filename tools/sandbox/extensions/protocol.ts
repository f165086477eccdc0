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

/** What one execution did. `context`, `input` and `profile` are copies with its changes. */
export interface ExecutionResult {
  context: JsonObject;
  input: JsonObject;
  profile: JsonObject;
  /** Lines passed to `api.log`. */
  logs: Array<{ level: string; text: string }>;
  outputs: ExecutionOutput[];
  /** Events passed to `api.emitEvent`. */
  events: Array<{ name: string; data: unknown }>;
  nextNodeId?: string;
  /** How many calls of `cognigy.api.*` count towards the limit, refused ones included. */
  apiCalls: number;
  /** Also in `input.extensionError`. */
  extensionError?: { message: string };
  /** Run time without the wait for a free process, milliseconds. */
  durationMs: number;
}

/** The field whose options are asked for, and the form's values. */
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

/** One option that a resolver offers. */
export interface ResolvedOption {
  label: string;
  value: string;
}

/** A type of connection, with the names of its fields. */
export interface ConnectionType {
  type: string;
  fields: string[];
  /** The fields that every connection of the type has. */
  requiredFields: string[];
}

/** What an extension offers, found by loading it. */
export interface ExtensionDescription {
  nodes: Array<{ type: string; parentType: string | null }>;
  connections: ConnectionType[];
  /**
   * The full nodes and connections as the editor gets them: everything except functions. An `optionsResolver` has only its
   * `dependencies`.
   */
  editor: { nodes: JsonObject[]; connections: JsonObject[] };
}

/** Parent to child. */
export type HostCommand =
  | { id: number; kind: 'describe'; mainFile: string }
  | { id: number; kind: 'execute'; mainFile: string; request: ExecutionRequest; limits: ExecutionLimits }
  | { id: number; kind: 'resolveOptions'; mainFile: string; request: OptionsRequest; limits: ResolverLimits }
  | { id: number; kind: 'ping' };

/** Child to parent, without a command. */
type HostNews = { kind: 'ready' } | { kind: 'console'; level: string; text: string };

/** Child to parent, in answer to a command. */
export type HostAnswer =
  | { kind: 'pong'; id: number }
  | { kind: 'failed'; id: number; message: string }
  | { kind: 'described'; id: number; description: ExtensionDescription }
  | { kind: 'optionsResolved'; id: number; options: ResolvedOption[] }
  | { kind: 'executed'; id: number; result: Omit<ExecutionResult, 'durationMs'> };

export type HostMessage = HostNews | HostAnswer;
