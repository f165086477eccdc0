export interface ApiOptions {
  /** Without a path. */
  apiUrl: string;
  apiKey: string;
  /** What must not be shown when an answer quotes it, besides the API key. */
  secrets?: readonly string[];
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** From 0 to 1, for the pauses between tries. */
  random?: () => number;
  /** How often a request is sent at most; default 5. */
  tries?: number;
  /** Milliseconds that one request may take; default 30,000. */
  timeoutMs?: number;
}

/** What lists tell of anything. */
export interface Item {
  id: string;
  name: string;
}

export interface ConnectionItem extends Item {
  type: string;
  extension: string;
  /** Changes with each change. The platform's unit is not documented. */
  lastChanged: number;
}

export interface EndpointItem extends Item {
  channel: string;
  urlToken: string;
}

/** As the API has it. */
export interface Transformer {
  transformer: string;
  abortOnError: boolean;
  inputTransformerEnabled: boolean;
  outputTransformerEnabled: boolean;
  finalPingTransformerEnabled: boolean;
  injectTransformerEnabled: boolean;
  notifyTransformerEnabled: boolean;
}

export interface EndpointDetails extends EndpointItem {
  transformer: Partial<Transformer>;
}

export interface FunctionDetails extends Item {
  code: string;
  isDisabled: boolean;
}

export interface Flow extends Item {
  /** What Endpoints name it by, a UUID. */
  referenceId: string;
}

/** One run of a Function. */
export interface Instance {
  id: string;
  status: 'queued' | 'active' | 'done' | 'error';
  error?: string;
  /** Unix milliseconds */
  createdAt: number;
  /** Unix milliseconds */
  finishedAt?: number;
}

export interface TaskState {
  id: string;
  status: string;
  failReason: string;
}

export interface NewConnection {
  name: string;
  type: string;
  extension: string;
  fields: Record<string, string>;
}

export interface NewEndpoint {
  name: string;
  channel: string;
  /** The Flow's `referenceId`. */
  flowReference: string;
  /** The `referenceId` of the locale. */
  localeReference: string | undefined;
  transformer: Transformer;
}
