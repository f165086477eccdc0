import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';

import type {
  AuthorizationServer,
  AuthorizationServerFault,
  AuthorizationServerOptions,
  AuthorizationServerStats,
  Clock,
} from '../../tools/sandbox';
import { Faults } from '../../tools/sandbox/authorization-server/faults';
import { LoopbackServer } from './loopback-server';
import type { ReceivedRequest } from './loopback-server';

interface Answered {
  status: number;
  body: { error?: string; [member: string]: unknown };
}

/**
 * An authorization server with one client and a protected API, in this process and on the test's clock. It has what the
 * tests need: client credentials, rotating refresh tokens, faults, revocation.
 */
export class LoopbackAuthorizationServer implements AuthorizationServer {
  readonly client: AuthorizationServer['client'];
  private readonly faults = new Faults();
  private readonly counts: AuthorizationServerStats = {
    tokenRequests: [],
    apiCalls: { accepted: 0, refused: 0, revoked: 0 },
    reuseDetections: 0,
  };
  /** When each access token expires, Unix milliseconds; 0 if it is revoked. */
  private readonly expiries = new Map<string, number>();
  /** Whether each refresh token has been used. */
  private readonly refreshTokens = new Map<string, boolean>();
  private aheadMs = 0;
  /** Tokens are held back until the API has refused this many calls. */
  private heldUntil = 0;
  private goOn: () => void = () => undefined;

  private constructor(
    private readonly http: LoopbackServer,
    private readonly clock: Clock,
    private readonly lifetimeSeconds: number,
    { clientId = 'loopback-client', clientSecret = randomBytes(24).toString('hex') }: AuthorizationServerOptions,
  ) {
    this.client = { clientId, clientSecret };
    http.answer = (response, request) => void this.answer(response, request);
  }

  static async start(clock: Clock, options: AuthorizationServerOptions = {}): Promise<LoopbackAuthorizationServer> {
    const { accessTokenLifetimeSeconds = 60 } = options;
    return new LoopbackAuthorizationServer(await LoopbackServer.start(), clock, accessTokenLifetimeSeconds, options);
  }

  get issuer(): string {
    return this.http.url;
  }

  get tokenUrl(): string {
    return `${this.http.url}/token`;
  }

  get introspectionUrl(): string {
    return `${this.http.url}/token/introspection`;
  }

  get revocationUrl(): string {
    return `${this.http.url}/token/revocation`;
  }

  get apiUrl(): string {
    return `${this.http.url}/api/hello`;
  }

  issueRefreshToken(): Promise<string> {
    const token = `refresh-${randomBytes(16).toString('hex')}`;
    this.refreshTokens.set(token, false);
    return Promise.resolve(token);
  }

  async setFault(fault: AuthorizationServerFault): Promise<void> {
    this.faults.set(fault);
    return Promise.resolve();
  }

  async clearFault(): Promise<void> {
    this.faults.clear();
    return Promise.resolve();
  }

  revokeAll(): Promise<void> {
    for (const token of this.expiries.keys()) this.expiries.set(token, 0);
    return Promise.resolve();
  }

  advanceClock(durationMs: number): Promise<void> {
    this.aheadMs += durationMs;
    return Promise.resolve();
  }

  /** Holds back the next tokens until the API has refused this many more calls. */
  holdTokensUntilRefused(calls: number): void {
    this.heldUntil = this.counts.apiCalls.refused + calls;
  }

  stats(): Promise<AuthorizationServerStats> {
    return Promise.resolve(structuredClone(this.counts));
  }

  close(): Promise<void> {
    return this.http.stop();
  }

  private get now(): number {
    return this.clock.now() + this.aheadMs;
  }

  private async answer(response: ServerResponse, request: ReceivedRequest): Promise<void> {
    if (request.url === '/api/hello') {
      this.answerApi(response, request);
      return;
    }
    const form = new URLSearchParams(request.body.toString());
    const at = this.clock.now();
    const note = (status: number, error?: string): void => {
      const grantType = form.get('grant_type') ?? '';
      const answeredAt = this.clock.now();
      this.counts.tokenRequests.push({ at, answeredAt, grantType, status, ...(error === undefined ? {} : { error }) });
    };
    await this.letPass();
    const fault = await this.faults.next('token');
    if (fault !== undefined) {
      note(fault.status);
      fault.send(response);
      return;
    }
    const { status, body } = await this.grant(form, request.headers.authorization);
    note(status, body.error);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  private async letPass(): Promise<void> {
    if (this.counts.apiCalls.refused >= this.heldUntil) return;
    const { goOn } = this;
    await new Promise<void>((resolve) => {
      this.goOn = () => {
        goOn();
        resolve();
      };
    });
  }

  private async grant(form: URLSearchParams, authorization = ''): Promise<Answered> {
    const { clientId, clientSecret } = this.client;
    const basic = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString().split(':').map(formDecoded);
    const given = authorization === '' ? [form.get('client_id'), form.get('client_secret')] : basic;
    if (given[0] !== clientId || given[1] !== clientSecret) return refusal(401, 'invalid_client');
    const refreshToken = form.get('refresh_token');
    switch (form.get('grant_type')) {
      case 'client_credentials':
        return this.issue();
      case 'refresh_token':
        if (refreshToken === null || !this.refreshTokens.has(refreshToken)) return refusal(400, 'invalid_grant');
        if (this.refreshTokens.get(refreshToken) === true) {
          this.counts.reuseDetections += 1;
          return refusal(400, 'invalid_grant');
        }
        this.refreshTokens.set(refreshToken, true);
        return this.issue({ refresh_token: await this.issueRefreshToken() });
      default:
        return refusal(400, 'unsupported_grant_type');
    }
  }

  private issue(more: object = {}): Answered {
    const access_token = `access-${randomBytes(16).toString('hex')}`;
    this.expiries.set(access_token, this.now + this.lifetimeSeconds * 1000);
    return { status: 200, body: { access_token, token_type: 'Bearer', expires_in: this.lifetimeSeconds, ...more } };
  }

  private answerApi(response: ServerResponse, { headers }: ReceivedRequest): void {
    const expiry = this.expiries.get((headers.authorization ?? '').replace(/^Bearer /, '')) ?? -1;
    const isAccepted = this.now < expiry;
    this.counts.apiCalls[isAccepted ? 'accepted' : 'refused'] += 1;
    if (expiry === 0) this.counts.apiCalls.revoked += 1;
    if (this.counts.apiCalls.refused >= this.heldUntil) this.goOn();
    const body = isAccepted ? { message: 'hello' } : { error: 'invalid_token' };
    response.writeHead(isAccepted ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
}

function refusal(status: number, error: string): Answered {
  return { status, body: { error } };
}

/** Decodes credentials. They are form-encoded inside a Basic header (RFC 6749 §2.3.1). */
function formDecoded(text: string): string {
  return decodeURIComponent(text.replace(/\+/g, ' '));
}
