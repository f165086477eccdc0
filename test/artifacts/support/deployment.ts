import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Lock } from '../../../src/cli/lock';
import { startAuthorizationServer, startSandbox } from '../../../src/sandbox';
import type { AuthorizationServer, FunctionInstance, Sandbox, StartSandboxOptions } from '../../../src/sandbox';
import { DIST } from '../../support/artifact-platform';

/** Values that must never be shown. "&", "+", "%", the quote and the space look different in URLs and JSON. */
export const CANARIES = {
  apiKey: 'canary-api-key-3e9d-5f1a-canary',
  endpointSecret: 'canary endpoint+secret&%"41c2',
  clientSecret: 'canary client+secret&%"88d0',
};

const ENVIRONMENT = {
  API_KEY: CANARIES.apiKey,
  ENDPOINT_SECRET: CANARIES.endpointSecret,
  CLIENT_SECRET: CANARIES.clientSecret,
};

/** Long enough that after its first refresh the chain only sleeps. */
const LIFETIME_SECONDS = 600;

export interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

/** The platform with its management API, an authorization server, and projects to deploy to. */
export class DeploymentPlatform {
  /** Everything the program has ever printed. */
  printed = '';
  private readonly folders: string[] = [];
  private projects = 0;

  private constructor(
    readonly sandbox: Sandbox,
    readonly server: AuthorizationServer,
  ) {}

  static async start(options: StartSandboxOptions = {}): Promise<DeploymentPlatform> {
    const server = await startAuthorizationServer({
      accessTokenLifetimeSeconds: LIFETIME_SECONDS,
      clientId: 'the-client',
      clientSecret: CANARIES.clientSecret,
      processPath: join(DIST, 'authorization-server.js'),
    });
    const sandbox = await startSandbox({
      apiKey: CANARIES.apiKey,
      extensionHostPath: join(DIST, 'extension-host.js'),
      functionStartupDelayMs: 10,
      maxActiveFunctionInstances: 1000,
      ...options,
    });
    return new DeploymentPlatform(sandbox, server);
  }

  /** A project with nothing in it, and a configuration for it. */
  newProject(changes: Record<string, unknown> = {}): Project {
    this.projects += 1;
    const folder = mkdtempSync(join(tmpdir(), 'access-token-deploy-'));
    this.folders.push(folder);
    const projectId = this.sandbox.management.addProject(`Project ${this.projects}`);
    const config = {
      projectId,
      apiUrl: this.sandbox.apiUrl,
      apiKey: '${API_KEY}',
      endpointBaseUrl: this.sandbox.endpointUrl(''),
      endpointSecret: '${ENDPOINT_SECRET}',
      tokens: [{ tokenUrl: this.server.tokenUrl, clientId: 'the-client', clientSecret: '${CLIENT_SECRET}' }],
      ...changes,
    };
    return new Project(this, folder, projectId, config);
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    await this.server.close();
    for (const folder of this.folders) rmSync(folder, { recursive: true, force: true });
  }

  /** What is in a project, past the program. */
  async list<T = { _id: string; name: string }>(kind: string, projectId: string): Promise<T[]> {
    const query = `projectId=${projectId}&limit=100`;
    const answer = await this.ask<{ items: T[] }>(`/${kind}?${query}`);
    this.sandbox.management.calls.pop();
    return answer.items;
  }

  async ask<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
    const response = await fetch(`${this.sandbox.apiUrl}/new/v2.0${path}`, {
      method,
      headers: { 'X-API-Key': CANARIES.apiKey, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }
}

/** One project and its configuration file. */
export class Project {
  readonly file: string;
  /** The program that runs at the moment. */
  child: ChildProcess | undefined;

  constructor(
    private readonly platform: DeploymentPlatform,
    readonly folder: string,
    readonly projectId: string,
    readonly config: Record<string, unknown>,
  ) {
    this.file = join(folder, 'access-token.json');
    this.configure({});
  }

  /** Changes the configuration file. */
  configure(changes: Record<string, unknown>): void {
    Object.assign(this.config, changes);
    writeFileSync(this.file, JSON.stringify(this.config, null, 2), { mode: 0o600 });
  }

  /** Runs the built program. */
  async cli(command: string, ...args: string[]): Promise<Outcome> {
    return this.cliWith({}, command, ...args);
  }

  async cliWith(env: Record<string, string>, command: string, ...args: string[]): Promise<Outcome> {
    const program = [join(DIST, 'cli.js'), command, '--config', this.file, ...args];
    const child = spawn(process.execPath, program, { cwd: this.folder, env: { ...ENVIRONMENT, ...env } });
    this.child = child;
    const outcome: Outcome = { code: null, out: '', err: '' };
    child.stdout.on('data', (data: Buffer) => (outcome.out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (outcome.err += data.toString()));
    outcome.code = await new Promise((resolve) => child.once('close', resolve));
    this.child = undefined;
    this.platform.printed += outcome.out + outcome.err;
    return outcome;
  }

  /** Deploys, which must go well. @returns the calls that changed something */
  async deploy(...args: string[]): Promise<string[]> {
    const { calls } = this.platform.sandbox.management;
    calls.length = 0;
    const { code, err } = await this.cli('deploy', ...args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return this.changingCalls();
  }

  /** Such as `PATCH /functions/*`, in order; without triggers, as the chain's own hops are triggered in the same way. */
  changingCalls(): string[] {
    const { calls } = this.platform.sandbox.management;
    return calls
      .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/trigger'))
      .map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{24}/g, '*')}`);
  }

  get lock(): Lock {
    return JSON.parse(readFileSync(this.lockFile, 'utf8')) as Lock;
  }

  get lockFile(): string {
    return join(this.folder, 'access-token.lock.json');
  }

  get hasLock(): boolean {
    return existsSync(this.lockFile);
  }

  /** The names and contents of all files beside the configuration. */
  files(): Record<string, string> {
    const names = readdirSync(this.folder).filter((name) => !['.git', 'access-token.json'].includes(name));
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(this.folder, name), 'utf8')]));
  }

  /** How many there are of each kind. */
  async counts(): Promise<Record<string, number>> {
    const kinds = ['extensions', 'flows', 'endpoints', 'functions', 'connections'];
    const lists = await Promise.all(kinds.map((kind) => this.platform.list(kind, this.projectId)));
    return Object.fromEntries(kinds.map((kind, index) => [kind, lists[index]?.length ?? 0]));
  }

  async only<T = { _id: string; name: string }>(kind: string): Promise<T & { _id: string }> {
    const [first, ...others] = await this.platform.list<T & { _id: string }>(kind, this.projectId);
    if (first === undefined || others.length > 0) throw new Error(`There are ${others.length + 1} or no ${kind}.`);
    return first;
  }

  /** All instances of the project's Functions. */
  async instances(): Promise<FunctionInstance[]> {
    const functions = await this.platform.list('functions', this.projectId);
    return functions.flatMap(({ _id }) => this.platform.sandbox.functionInstances(_id));
  }

  /** How many chains were started: first hops have no parameters. */
  async startedChains(): Promise<number> {
    return (await this.instances()).filter(({ parameters }) => Object.keys(parameters).length === 0).length;
  }

  async runningInstances(): Promise<number> {
    return (await this.instances()).filter(({ status }) => status === 'queued' || status === 'active').length;
  }
}

/** What a whole deployment of the smallest configuration has in its project. */
export const EVERYTHING = { extensions: 1, flows: 1, endpoints: 1, functions: 1, connections: 3 };
export const NOTHING = { extensions: 0, flows: 0, endpoints: 0, functions: 0, connections: 0 };

/** Every secret in each form in which it might be written somewhere. */
export function secretsIn(text: string): string[] {
  return Object.values(CANARIES).filter((secret) => {
    const encoded = encodeURIComponent(secret);
    const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
    const forms = [secret, encoded, encoded.replace(/%20/g, '+'), inJson(secret), inJson(inJson(secret))];
    return forms.some((form) => text.includes(form));
  });
}
