/** The platform's limits as options with their documented defaults, and options for what is not documented. */

export interface SandboxOptions {
  // ---- Extensions ----
  /** Time limit of one node's execution, milliseconds. */
  extensionTimeoutMs: number;
  /** `cognigy.api.*` calls that one execution may make. */
  maxApiCalls: number;
  /** Whether `api.log` is exempt from `maxApiCalls`. Newer vendor documentation says so, older does not. */
  logIsExempt: boolean;
  /** Largest JSON that one `cognigy.api.*` call may pass, bytes. */
  maxApiPayloadBytes: number;
  /** Largest uploaded archive, bytes. */
  maxExtensionBytes: number;
  /** Longest value of a connection field, characters. The shortest has 1. */
  maxConnectionFieldCharacters: number;
  /** How many fields a connection type may have. */
  maxConnectionFields: number;
  /** Time limit of one options resolver, milliseconds. */
  resolverTimeoutMs: number;
  /** How many HTTP requests one options resolver may send. */
  maxResolverHttpRequests: number;
  /** Largest body of an answer to such a request, bytes. */
  maxResolverAnswerBytes: number;
  /** How many executions run at the same time. Others wait, and the time limit does not include the wait. */
  maxConcurrentExecutions: number;

  // ---- Functions ----
  /** Run time of one instance, seconds. */
  functionTimeLimitSeconds: number;
  /** How many HTTP requests one instance may send. */
  maxFunctionHttpRequests: number;
  /** Largest JSON of an instance's parameters, bytes. */
  maxFunctionParametersBytes: number;
  /** Longest source of a Function, characters. */
  maxFunctionCharacters: number;
  /** How many instances of the organisation may be active at once. The others stay queued. */
  maxActiveFunctionInstances: number;
  /** Time from the trigger to the Function's first line, milliseconds. Undocumented: a container has to start. */
  functionStartupDelayMs: number;

  // ---- Transformers ----
  /** Time limit of one handler, milliseconds. */
  transformerTimeoutMs: number;
  /** How many HTTP requests one handler may send. */
  maxTransformerHttpRequests: number;
  /** Longest transformer, characters. The limit holds for the source and for the transpiled code. */
  maxTransformerCharacters: number;
  /** Time from an assignment to session storage until others can read it, milliseconds. */
  sessionStorageWriteDelayMs: number;

  // ---- What is not documented: the sandbox can behave in either way ----
  /** Whether `api.httpRequest` and `httpRequest` reject for an HTTP status outside 200 to 299. */
  httpErrorStatusThrows: boolean;
  /** Whether an extension's or a transformer's module-level state survives an execution. */
  moduleState: 'fresh' | 'kept';
  /** Whether one Endpoint can read what another one wrote under the same userId and sessionId. */
  sessionStorageScope: 'endpoint' | 'installation';
  /** What one assignment writes: its own key, or the whole session as the writer saw it (the harsher case). */
  sessionStorageWrites: 'key' | 'session';

  /** What the management API shows of a connection's fields. */
  connectionFieldsInAnswers: 'hidden' | 'decrypted';

  // ---- The installation ----
  /** Largest JSON body that the management API takes, bytes. The documentation says 60 kB; an installation can raise it. */
  maxManagementBodyBytes: number;
  /** Id of the project that has everything: 24 hexadecimal digits. */
  projectId: string;
  /** How long a task of the management API is queued, milliseconds. */
  taskQueuedMs: number;
  /** How long a task is active before it does its work, milliseconds. */
  taskActiveMs: number;
  /** The API key that the management API expects in `X-API-Key`. */
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

/** The defaults, changed by `overrides`. An option that is `undefined` keeps its default. */
export function resolveOptions(overrides: Partial<SandboxOptions> = {}): SandboxOptions {
  const given = Object.entries<unknown>(overrides).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_OPTIONS, ...Object.fromEntries(given) };
}
