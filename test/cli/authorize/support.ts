import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { TransportError } from '../../../src/http';
import type { HttpRequest, HttpResponse, Transport } from '../../../src/http';
import type { TokenRecord } from '../../../src/lifetime';
import { EndpointStore } from '../../../src/stores';
import { createAuthorizeCommand } from '../../../tools/cli/authorize';
import type { AuthorizeEdge } from '../../../tools/cli/authorize/terminal';
import type { Call, CliContext } from '../../../tools/cli/command';
import { reportFailure } from '../../../tools/cli/report';
import { FakeClock } from '../../support/fake-clock';
import { MemorySessions } from '../../support/memory-sessions';
import { jsonAnswer } from '../../support/recording-transport';
import { ENDPOINT_SECRET, ENDPOINT_URL, StoreEndpoint } from '../../support/store-endpoint';

export const CONFIG = 'access-token.json';
export const ENV_FILE = 'access-token.env';
export const TOKEN_URL = 'https://login.example.com/oauth2/token';
export const AUTHORIZATION_URL = 'https://login.example.com/authorize';
export const DEVICE_URL = 'https://login.example.com/device';
export const STORE = { storeUrl: ENDPOINT_URL, endpointSecret: '${ENDPOINT_SECRET}' };

/** What must never be shown. */
export const CANARIES = {
  clientSecret: 'canary-client-secret-b31',
  code: 'canary-code-7d2',
  deviceCode: 'canary-device-code-5a0',
  accessToken: 'canary-access-token-90c',
  refreshToken: 'canary-refresh-token-4e8',
  formerToken: 'canary-former-token-2b7',
  endpointSecret: ENDPOINT_SECRET,
};

export const TOKENS = { access_token: CANARIES.accessToken, token_type: 'Bearer', expires_in: 3600, refresh_token: CANARIES.refreshToken };

/** What the browser was answered by the listener. */
export interface PageSeen {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

type Options = Record<string, string | boolean>;

/** The outside world of one call: the user with a browser, the authorization server, the shared store, the disk. */
export class AuthorizeWorld {
  out = '';
  err = '';
  readonly folder = mkdtempSync(join(tmpdir(), 'access-token-authorize-'));
  readonly clock = new FakeClock();
  readonly requests: HttpRequest[] = [];
  /** How long an answer to each was waited for, milliseconds. */
  readonly timeouts: number[] = [];
  /** Arguments of the browser. */
  readonly opened: string[] = [];
  readonly pages: PageSeen[] = [];
  readonly pauses: number[] = [];
  readonly deployed: { call: Call; env: CliContext['env'] }[] = [];
  readonly sessions = new MemorySessions();
  readonly endpoint = new StoreEndpoint((...ids) => this.sessions.get(...ids));
  env: Record<string, string> = {};
  /** What is pasted. */
  lines: string[] = [];
  /** The user, once the browser is open, or the address is shown. Default: consents. */
  user: (address: URL) => Promise<void> = (address) => this.redirect(address, { code: CANARIES.code });
  /** By URL; functions get the request. */
  answers: Record<string, HttpResponse | Error | ((request: HttpRequest) => HttpResponse)> = { [TOKEN_URL]: jsonAnswer(200, TOKENS) };
  /** Ends the waiting for the browser: by Ctrl+C, or since the time is up. */
  endWaiting: (how: 'interrupted' | 'time is up') => void = () => undefined;
  /** What happens while the command waits for the store. */
  onPause: () => void = () => undefined;
  /** After how many pauses for another device somebody presses Ctrl+C. */
  interruptAfter = Infinity;
  private happened = false;
  private atWork = Promise.resolve();

  constructor(changes: Record<string, unknown> = {}, top: Record<string, unknown> = {}) {
    this.write(CONFIG, configuration(changes, top));
    this.write(ENV_FILE, `CLIENT_SECRET='${CANARIES.clientSecret}'\nENDPOINT_SECRET='${ENDPOINT_SECRET}'\n`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  path = (name: string): string => join(this.folder, name);
  read = (name: string): string => readFileSync(this.path(name), 'utf8');
  write = (name: string, text: string): void => writeFileSync(this.path(name), text, { mode: 0o600 });

  /** The shared store, as a bot sees it. Its clock is this machine's, years ahead of the command's. */
  readonly store = new EndpointStore({
    url: ENDPOINT_URL,
    endpointSecret: ENDPOINT_SECRET,
    transport: this.endpoint.transport,
    timeoutMs: () => 1000,
  });

  async record(): Promise<TokenRecord | null> {
    return (await this.store.read('accessToken')).record;
  }

  /** @returns the exit code */
  async run(values: Options = {}): Promise<number> {
    const deploy = {
      run: async (call: Call, { env }: CliContext) => {
        this.deployed.push({ call, env });
        return 0;
      },
    };
    const command = createAuthorizeCommand(this.edge, deploy);
    const call = { positionals: [], values: { config: this.path(CONFIG), ...values } };
    try {
      return await command.run(call, this.context);
    } catch (error) {
      return reportFailure(error, false, this.context);
    } finally {
      await this.atWork;
    }
  }

  /** Sends the browser to the redirect address of a request, as the authorization server does. */
  async redirect(address: URL, parameters: Record<string, string>): Promise<void> {
    const url = new URL(address.searchParams.get('redirect_uri') ?? '');
    const state = address.searchParams.get('state') ?? '';
    url.search = new URLSearchParams({ state, ...parameters }).toString();
    await this.browse(url);
  }

  async browse(url: URL | string, headers: Record<string, string> = {}): Promise<void> {
    const { port, pathname, search, host } = new URL(url);
    const seen = await new Promise<PageSeen>((resolve, reject) => {
      // The name `localhost` is looked up in other ways on other machines.
      const options = { host: '127.0.0.1', port, path: pathname + search, headers: { host, ...headers } };
      const sent = get(options, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      });
      sent.once('error', reject);
    });
    this.pages.push(seen);
  }

  /** The only request to an address. */
  requestTo(url: string): HttpRequest {
    const [found, ...others] = this.requests.filter((request) => request.url === url);
    if (found === undefined || others.length > 0) throw new Error(`There are ${others.length + 1} or no requests to ${url}.`);
    return found;
  }

  /** Its form. */
  formTo(url: string): Record<string, string> {
    return Object.fromEntries(new URLSearchParams(this.requestTo(url).body as string));
  }

  private readonly transport: Transport = async (request, timeoutMs) => {
    if (request.url === ENDPOINT_URL && this.answers[ENDPOINT_URL] === undefined) return this.endpoint.transport(request, timeoutMs);
    this.requests.push(request);
    this.timeouts.push(timeoutMs);
    const answer = this.answers[request.url] ?? { status: 404, headers: {}, data: 'Not Found' };
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer(request) : answer;
  };

  private get context(): CliContext {
    return {
      env: this.env,
      templates: this.folder,
      print: (text) => {
        this.out += text;
        const [, address] = /^Open this address[^]*?\n\n(.*)\n\n$/.exec(text) ?? [];
        if (address !== undefined) this.atWork = this.user(new URL(address));
      },
      complain: (text) => void (this.err += text),
      program: 'access-token',
      isTerminal: true,
      now: this.clock.now,
      sleep: async (ms) => {
        await this.clock.sleep(ms);
        this.onPause();
      },
      transport: this.transport,
    };
  }

  private get edge(): AuthorizeEdge {
    return {
      randomBytes,
      openBrowser: (address) => {
        this.opened.push(address);
        this.atWork = this.user(new URL(address));
      },
      openLines: () => ({ next: async () => this.lines.shift(), close: () => undefined }),
      drawQrCode: async (text) => `[QR code of ${text}]`,
      listen: () => {
        const happened = (): boolean => this.happened;
        return {
          get happened() {
            return happened();
          },
          pause: async (ms, done) => {
            this.pauses.push(ms);
            if (done === undefined) {
              this.clock.advance(ms);
              this.happened = this.pauses.length === this.interruptAfter;
              return;
            }
            await new Promise<void>((resolve) => {
              done.addEventListener('abort', () => resolve());
              this.endWaiting = (how) => {
                this.happened = how === 'interrupted';
                resolve();
              };
            });
          },
          forget: () => undefined,
        };
      },
      files: {
        read: (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),
        writePrivate: (file, text) => writeFileSync(file, text, { mode: 0o600 }),
        replace: (file, text) => writeFileSync(file, text),
        isTrackedByGit: () => false,
        ignoreInGit: () => undefined,
      },
    };
  }
}

/** A configuration as `init` writes it, with what `changes` has in its only token; `undefined` leaves a key out. */
export function configuration(changes: Record<string, unknown> = {}, top: Record<string, unknown> = {}): string {
  const token = {
    tokenUrl: TOKEN_URL,
    clientId: 'a-client',
    clientSecret: '${CLIENT_SECRET}',
    scope: 'read',
    authorizationUrl: AUTHORIZATION_URL,
    deviceAuthorizationUrl: DEVICE_URL,
    refreshToken: '${REFRESH_TOKEN}',
    ...changes,
  };
  const present = Object.fromEntries(Object.entries<unknown>(token).filter(([, value]) => value !== undefined));
  return `${JSON.stringify({ ...top, tokens: [present] }, null, 2)}\n`;
}

export function s256(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

export const silent = (): Error => new TransportError('network', 'ECONNREFUSED');
