export interface AuthorizationServerOptions {
  /** The client's credentials; made up when absent. */
  clientId?: string;
  clientSecret?: string;
  /** Seconds; default 60. */
  accessTokenLifetimeSeconds?: number;
  /** Seconds; default 3600. Each rotation starts it anew. */
  refreshTokenLifetimeSeconds?: number;
  /** Default `opaque`. A `jwt` is signed with RS256 and the server keeps no record of it. */
  accessTokenFormat?: 'opaque' | 'jwt';
  /** Scopes that the client may ask for; default `hello`. Asking for `forbidden` is an `invalid_scope` error. */
  scopes?: string[];
  /** Port of the server on 127.0.0.1; default 0 takes a free one. */
  port?: number;
  /** Port of the protected API on 127.0.0.1; default 0 takes a free one. */
  apiPort?: number;
  /** `authorization-server.js`; found next to this file or in `dist/` when absent. */
  processPath?: string;
}

/** What a test can do to the token endpoint, or to the protected API. */
export interface AuthorizationServerFault {
  /** Whom it concerns; default the token endpoint only. */
  target?: 'token' | 'api';
  /** true: 503; `refuse`: the connection is closed without an answer; a number: that status. */
  down?: boolean | 'refuse' | number;
  /** Answers come this much later, milliseconds. */
  delayMs?: number;
  /** This part of the requests, 0 to 1, gets a 503. Taken evenly, not at random: 0.5 is every second one. */
  failRate?: number;
  /** This answer instead of the server's own. */
  answer?: { status: number; headers?: Record<string, string>; body?: string };
  /** `Retry-After` of the failing answers: seconds or an HTTP date. */
  retryAfter?: string;
}

export interface TokenRequestRecord {
  /** When it arrived, Unix milliseconds of the real time. */
  at: number;
  /** When it was answered, likewise. */
  answeredAt: number;
  grantType: string;
  /** 0 when the connection was closed without an answer. */
  status: number;
  /** The RFC 6749 §5.2 code. */
  error?: string;
}

export interface AuthorizationServerStats {
  tokenRequests: TokenRequestRecord[];
  /** `revoked` counts those of the refused calls whose token was revoked before it expired. */
  apiCalls: { accepted: number; refused: number; revoked: number };
  /** Times that a refresh token was used again after its rotation. */
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
  /** The refresh token of a new grant, as if a user had just agreed. */
  issueRefreshToken(): Promise<string>;
  /** One fault a target; a later one replaces it. */
  setFault(fault: AuthorizationServerFault): Promise<void>;
  clearFault(): Promise<void>;
  /** Every access token that was issued up to now is refused from now on; refresh tokens stay. */
  revokeAll(): Promise<void>;
  /** The server's and the protected API's clock jumps ahead, milliseconds: a test need not wait for an expiry. */
  advanceClock(durationMs: number): Promise<void>;
  stats(): Promise<AuthorizationServerStats>;
  close(): Promise<void>;
}

/** What the process needs to start; all defaults are filled in. */
export type ProcessOptions = Required<Omit<AuthorizationServerOptions, 'processPath'>>;

/** What the process says when it is listening. */
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
