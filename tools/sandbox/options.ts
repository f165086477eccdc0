/** Every limit of the platform as an option with its documented default, plus the answers nobody has written down. */

export interface SandboxOptions {
  // ---- Extensions ----
  /** Time limit of one node's execution, milliseconds. Extensions, "time limit". */
  extensionTimeoutMs: number;
  /** `cognigy.api.*` calls that one execution may make. Extensions, "`cognigy.api.*` calls". */
  maxApiCalls: number;
  /** Newer vendor documentation exempts `api.log` from `maxApiCalls`; older does not. Same row. */
  logIsExempt: boolean;
  /** Largest JSON that may be passed to one `cognigy.api.*` call, bytes. Same row. */
  maxApiPayloadBytes: number;
  /** Largest uploaded archive, bytes. Extensions, "package". */
  maxExtensionBytes: number;
  /** Longest value of a connection field, characters; the shortest is 1. Extensions, "connection schema". */
  maxConnectionFieldCharacters: number;
  /** Fields that one connection type may have. Extensions, "connection schema". */
  maxConnectionFields: number;
  /** Time limit of one options resolver, milliseconds. Extensions, "options resolver". */
  resolverTimeoutMs: number;
  /** HTTP requests that one options resolver may send. Same row. */
  maxResolverHttpRequests: number;
  /** Largest body that such a request may be answered with, bytes. Same row. */
  maxResolverAnswerBytes: number;
  /** Child processes that run nodes at the same time; the others wait, and waiting is not part of the time limit. */
  maxConcurrentExecutions: number;

  // ---- Functions ----
  /** Run time of one instance, seconds. Functions, "run time". */
  functionTimeLimitSeconds: number;
  /** Outgoing HTTP requests of one instance. Functions, "outgoing HTTP requests". */
  maxFunctionHttpRequests: number;
  /** Largest JSON of an instance's parameters, bytes. Functions, "instances". */
  maxFunctionParametersBytes: number;
  /** Longest source of a Function, characters. Functions, "shape". */
  maxFunctionCharacters: number;
  /** Instances of the organisation that are active at once; the others stay queued. Functions, "instances". */
  maxActiveFunctionInstances: number;
  /** From the trigger to the first line of the Function, milliseconds. Undocumented; a container has to start. */
  functionStartupDelayMs: number;

  // ---- Transformers ----
  /** Time limit of one handler, milliseconds. Transformers, "limits". */
  transformerTimeoutMs: number;
  /** Outgoing HTTP requests of one handler. Transformers, "limits". */
  maxTransformerHttpRequests: number;
  /** Longest transformer, characters, for the source and for the transpiled code each. Transformers, "shape". */
  maxTransformerCharacters: number;
  /** From an assignment to session storage until others can read it, milliseconds. Transformers, "session storage". */
  sessionStorageWriteDelayMs: number;

  // ---- What nobody outside the vendor has written down: either answer can be played ----
  /** Whether an HTTP status outside 200 to 299 makes `api.httpRequest` and `httpRequest` reject. */
  httpErrorStatusThrows: boolean;
  /** Whether an extension's or a transformer's module-level state survives an execution. */
  moduleState: 'fresh' | 'kept';
  /** Whether one Endpoint can read what another wrote under the same userId and sessionId. */
  sessionStorageScope: 'endpoint' | 'installation';
  /** What one assignment writes: its own key, or the whole session as the writer saw it (the harsher answer). */
  sessionStorageWrites: 'key' | 'session';

  /** What the management API shows of a connection's fields. */
  connectionFieldsInAnswers: 'hidden' | 'decrypted';

  // ---- The installation ----
  /** Largest JSON body that the management API takes, bytes. 60 kB by its documentation; an installation can raise it. */
  maxManagementBodyBytes: number;
  /** Id of the project that everything is in: 24 hexadecimal digits. */
  projectId: string;
  /** How long a task of the management API is queued, milliseconds. */
  taskQueuedMs: number;
  /** How long a task is active before its work is done, milliseconds. */
  taskActiveMs: number;
  /** What the management API expects in `X-API-Key`. */
  apiKey: string;
  /** Port of the management API on 127.0.0.1; 0 takes a free one. */
  apiPort: number;
  /** Port of the Endpoints on 127.0.0.1; 0 takes a free one. */
  endpointPort: number;
}

export const DEFAULT_OPTIONS: Readonly<SandboxOptions> = {
  extensionTimeoutMs: 20_000,
  maxApiCalls: 10,
  logIsExempt: false,
  maxApiPayloadBytes: 62 * 1024,
  maxExtensionBytes: 128 * 1024 * 1024,
  maxConnectionFieldCharacters: 10_000,
  maxConnectionFields: 10,
  resolverTimeoutMs: 5000,
  maxResolverHttpRequests: 5,
  maxResolverAnswerBytes: 1024 * 1024,
  maxConcurrentExecutions: 8,

  functionTimeLimitSeconds: 900,
  maxFunctionHttpRequests: 5,
  maxFunctionParametersBytes: 128 * 1024,
  maxFunctionCharacters: 500_000,
  maxActiveFunctionInstances: 10,
  functionStartupDelayMs: 1500,

  transformerTimeoutMs: 5000,
  maxTransformerHttpRequests: 1,
  maxTransformerCharacters: 100_000,
  sessionStorageWriteDelayMs: 20,

  httpErrorStatusThrows: false,
  moduleState: 'fresh',
  sessionStorageScope: 'endpoint',
  sessionStorageWrites: 'session',
  connectionFieldsInAnswers: 'hidden',

  maxManagementBodyBytes: 2 * 1024 * 1024,
  projectId: '64c0ffee0000000000000001',
  taskQueuedMs: 20,
  taskActiveMs: 30,
  apiKey: 'sandbox-api-key',
  apiPort: 0,
  endpointPort: 0,
};

/** The defaults with what is given in `overrides`; an option given as `undefined` keeps its default. */
export function resolveOptions(overrides: Partial<SandboxOptions> = {}): SandboxOptions {
  const given = Object.entries<unknown>(overrides).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_OPTIONS, ...Object.fromEntries(given) };
}
