export interface AuthorizationServerOptions {
  /** The client's credentials. If absent, the sandbox chooses them. */
  clientId?: string;
  clientSecret?: string;
  /** Seconds; default 60. */
  accessTokenLifetimeSeconds?: number;
  /** Seconds; default 3600. Each rotation starts a new lifetime. */
  refreshTokenLifetimeSeconds?: number;
  /** Default `opaque`. A `jwt` is signed with ES256, and the server does not store it. */
  accessTokenFormat?: 'opaque' | 'jwt';
  /** Scopes that the client may ask for; default `hello`. The scope `forbidden` causes an `invalid_scope` error. */
  scopes?: string[];
  /** Port of the server on 127.0.0.1; default 0 takes a free one. */
  port?: number;
  /** Port of the protected API on 127.0.0.1; default 0 takes a free one. */
  apiPort?: number;
  /** Path of `authorization-server.js`. If absent, it is looked for next to this file and in `dist/`. */
  processPath?: string;
}

/** What a test can do to the token endpoint, or to the protected API. */
export interface AuthorizationServerFault {
  /** What fails; by default only the token endpoint. */
  target?: 'token' | 'api';
  /** true: 503; `refuse`: the connection is closed without an answer; a number: that status. */
  down?: boolean | 'refuse' | number;
  /** Delays answers by this much, milliseconds. */
  delayMs?: number;
  /** The share of requests, 0 to 1, that get a 503. They are spread evenly, not at random: 0.5 is every second request. */
  failRate?: number;
  /** This answer instead of the server's own. */
  answer?: { status: number; headers?: Record<string, string>; body?: string };
  /** `Retry-After` of the failing answers: seconds or an HTTP date. */
  retryAfter?: string;
}

export interface TokenRequestRecord {
  /** When it arrived, Unix milliseconds in real time. */
  at: number;
  /** When it was answered, Unix milliseconds in real time. */
  answeredAt: number;
  grantType: string;
  /** 0 when the connection was closed without an answer. */
  status: number;
  /** The error code of RFC 6749 §5.2. */
  error?: string;
}

export interface AuthorizationServerStats {
  tokenRequests: TokenRequestRecord[];
  /** `revoked` counts the refused calls whose token was revoked before it expired. */
  apiCalls: { accepted: number; refused: number; revoked: number };
  /** How often a refresh token was used again after its rotation. */
  reuseDetections: number;
}

export interface AuthorizationServer {
  issuer: string;
  tokenUrl: string;
  introspectionUrl: string;
  revocationUrl: string;
  /** `GET` with a bearer token; answers JSON or 401 (RFC 6750 §3). */
  apiUrl: string;
  client: { clientId: string; clientSecret: string };
  /** Resolves with the refresh token of a new grant, as if a user had just consented. */
  issueRefreshToken(): Promise<string>;
  /** Each target has one fault at a time; setting another one replaces it. */
  setFault(fault: AuthorizationServerFault): Promise<void>;
  clearFault(): Promise<void>;
  /** From now on, every access token issued so far is refused. Refresh tokens stay valid. */
  revokeAll(): Promise<void>;
  /** Sets the clock of the server and the protected API ahead, milliseconds, so that tests need not wait for an expiry. */
  advanceClock(durationMs: number): Promise<void>;
  stats(): Promise<AuthorizationServerStats>;
  close(): Promise<void>;
}

/** What the process needs to start, with all defaults filled in. */
export type ProcessOptions = Required<Omit<AuthorizationServerOptions, 'processPath'>>;

/** What the process reports once it listens. */
export interface ProcessReady {
  issuer: string;
  tokenUrl: string;
  introspectionUrl: string;
  revocationUrl: string;
  apiUrl: string;
}

/** Parent to child. */
export type ProcessCommand =
  | { id: number; command: 'start'; options: ProcessOptions }
  | { id: number; command: 'issueRefreshToken' }
  | { id: number; command: 'setFault'; fault: AuthorizationServerFault }
  | { id: number; command: 'clearFault' }
  | { id: number; command: 'revokeAll' }
  | { id: number; command: 'advanceClock'; durationMs: number }
  | { id: number; command: 'stats' };

/** Child to parent. */
export interface ProcessAnswer {
  id: number;
  result?: unknown;
  error?: string;
}
