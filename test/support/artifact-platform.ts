import { join } from 'node:path';

import type { TokenRecord } from '../../src/lifetime';
import { createHttpClient, startAuthorizationServer, startSandbox, systemClock } from '../../tools/sandbox';
import type {
  AuthorizationServer,
  AuthorizationServerOptions,
  ExecutionResult,
  HttpClientResponse,
  Sandbox,
  StartSandboxOptions,
} from '../../tools/sandbox';
import { landingAtOnce } from './landing-at-once';
import { openedRecord } from './opened-record';
import { CHILDREN, DIST, renderTransformer } from './rendered';
import { until } from './until';

export * from './rendered';

/** A node's result, loosely typed: the tests check what is in it. */
export interface NodeResult {
  access_token: string;
  authorization: string;
  expires_at: number;
  expires_in: number;
  refreshed: boolean;
  source: string;
  stale?: true;
  warning?: { code: string };
  error?: { code: string; message: string; remedy: string; status?: number };
}

export interface NodeOutcome {
  result: NodeResult;
  /** Such as `OnSuccess`. */
  branch: string | undefined;
  execution: ExecutionResult;
}

/**
 * A session storage that shows a write at once. No request comes between a handler's read and its write, so the lease is
 * exclusive. The platform does not promise this.
 */
export const ATOMIC_STORAGE: StartSandboxOptions = { sessionStorageWriteDelayMs: 0, clock: landingAtOnce(systemClock) };

/** The platform's time limits for tests that are not about them: too long for a slow machine to reach. Milliseconds. */
export const PATIENT: StartSandboxOptions = { transformerTimeoutMs: 60_000, extensionTimeoutMs: 120_000, resolverTimeoutMs: 120_000 };

export interface ArtifactPlatformOptions {
  sandbox?: StartSandboxOptions;
  server?: AuthorizationServerOptions;
  endpointSecret?: string;
}

/** The built files on the local platform, with the extension uploaded and the store's transformer pasted. */
export class ArtifactPlatform {
  readonly http = createHttpClient();
  readonly storeUrlToken: string;
  readonly storeUrl: string;

  protected constructor(
    readonly sandbox: Sandbox,
    readonly server: AuthorizationServer,
    readonly endpointSecret: string,
  ) {
    const transformer = renderTransformer(endpointSecret);
    const { urlToken, url } = sandbox.createEndpoint({ type: 'rest', name: 'store', transformer, flow: [] });
    this.storeUrlToken = urlToken;
    this.storeUrl = url;
  }

  static async start(options: ArtifactPlatformOptions = {}): Promise<ArtifactPlatform> {
    const { endpointSecret = 'endpoint-secret-of-the-tests' } = options;
    const [sandbox, server] = await Promise.all([
      startSandbox({ ...PATIENT, ...options.sandbox }),
      startAuthorizationServer(options.server),
    ]);
    await sandbox.uploadExtension(join(DIST, 'access-token.tar.gz'));
    return new ArtifactPlatform(sandbox, server, endpointSecret);
  }

  async close(): Promise<void> {
    await Promise.all([this.sandbox.close(), this.server.close()]);
  }

  /** A node's `connection` with the server's client. `changes` override fields; `undefined` leaves one out. */
  connection(changes: Record<string, string | undefined> = {}): object {
    const { client, tokenUrl } = this.server;
    const given: [string, string | undefined][] = Object.entries({ tokenUrl, ...client, ...changes });
    const fields = given.filter((field): field is [string, string] => field[1] !== undefined);
    const connection = { type: 'oauth2ClientCredentials', fields: Object.fromEntries(fields) };
    return { connectionId: this.sandbox.createConnection(connection) };
  }

  /** A node's `endpointConnection`. */
  storeConnection(changes: Record<string, string> = {}): object {
    const fields = { url: this.storeUrl, endpointSecret: this.endpointSecret, ...changes };
    return { connectionId: this.sandbox.createConnection({ type: 'accessTokenStore', fields }) };
  }

  /** What a bot builder enters for the shared store. */
  sharedConfig(changes: Record<string, unknown> = {}): Record<string, unknown> {
    const endpointConnection = this.storeConnection();
    return { connection: this.connection(), store: 'endpoint', endpointConnection, ...changes };
  }

  /** Runs one node with all of its branches, and reads its result from the default place. */
  async run(type: string, config: object, start: { context?: object; input?: object } = {}): Promise<NodeOutcome> {
    const childConfigs = (CHILDREN[type] ?? []).map((child) => ({ id: `to-${child}`, type: type + child, config: {} }));
    const execution = await this.sandbox.runNode({
      type,
      config: { ...config },
      context: { ...start.context },
      input: { ...start.input },
      childConfigs,
    });
    const result = (execution.context['accessToken'] ?? execution.input['accessToken']) as NodeResult;
    return { result, branch: execution.nextNodeId?.replace('to-', ''), execution };
  }

  /** Calls the protected API with a result's Authorization value. @returns the HTTP status */
  async callApi({ authorization }: Pick<NodeResult, 'authorization'>): Promise<number> {
    return (await this.http({ url: this.server.apiUrl, headers: { authorization } })).status;
  }

  /** Puts a token into the store, in place of what it has. @param timestamp Unix seconds */
  async seed(token: object, timestamp: number, tokenName = 'accessToken'): Promise<void> {
    const { endpointSecret } = this;
    const { data } = await this.postToStore({ endpointSecret, tokenStore: { op: 'read', tokenName } });
    const ifVersion = (data as { record: { version: number } | null }).record?.version ?? 0;
    const commit = { op: 'commit', tokenName, owner: 'seed', ifVersion, record: { token, timestamp } };
    const { status } = await this.postToStore({ endpointSecret, tokenStore: commit });
    if (status !== 200) throw new Error(`The store answered ${status}.`);
    await this.storageSettled();
  }

  postToStore(body: object): Promise<HttpClientResponse> {
    return this.http({ method: 'POST', url: this.storeUrl, data: body });
  }

  /** Gets a token from the server directly, without the code under test. */
  async issueToken(): Promise<{ access_token: string; token_type: string; expires_in: number }> {
    const { client, tokenUrl } = this.server;
    const authorization = `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    const { data } = await this.http({ method: 'POST', url: tokenUrl, headers, data: 'grant_type=client_credentials' });
    return data as { access_token: string; token_type: string; expires_in: number };
  }

  /** How many requests the token endpoint has got. */
  async tokenRequests(): Promise<number> {
    return (await this.server.stats()).tokenRequests.length;
  }

  get storeRequests(): number {
    return this.sandbox.stats().endpointRequests[this.storeUrlToken] ?? 0;
  }

  /** What the session storage has under one of the store's session ids, such as `record:accessToken`. */
  session(sessionId: string): Record<string, unknown> | undefined {
    const found = Object.entries(this.sandbox.sessionStorage.dump()).find(
      ([key]) => (JSON.parse(key) as string[])[2] === sessionId,
    );
    return found?.[1];
  }

  record(tokenName = 'accessToken'): TokenRecord | undefined {
    return openedRecord(this.session(`record:${tokenName}`)?.['record'], tokenName, this.endpointSecret);
  }

  /** All stored records, to check that none was lost or changed. */
  records(): Record<string, unknown> {
    const sessions = Object.entries(this.sandbox.sessionStorage.dump());
    return Object.fromEntries(sessions.filter(([key]) => key.includes('record:')));
  }

  /** Unix seconds. */
  get nowInSeconds(): number {
    return Math.floor(Date.now() / 1000);
  }

  /** Waits until every write to the session storage has landed. */
  async storageSettled(): Promise<void> {
    await until('all writes have landed', () => this.sandbox.sessionStorage.pendingWrites === 0);
  }
}
