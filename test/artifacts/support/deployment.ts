import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Lock } from '../../../tools/cli/lock';
import { run } from '../../../tools/cli/program';
import { nodeTransport } from '../../../src/http/node-transport';
import { startAuthorizationServer, startSandbox, VirtualClock } from '../../../tools/sandbox';
import type { FunctionInstance, Sandbox } from '../../../tools/sandbox';
import { describeExtension } from '../../../tools/sandbox/extensions/description';
import type { ExportedExtension } from '../../../tools/sandbox/extensions/description';
import { ExtensionRunner } from '../../../tools/sandbox/extensions/runner';
import { DIST } from '../../support/artifact-platform';
import { LoopbackServer } from '../../support/loopback-server';
import { sleep } from '../../support/sleep';
import { stretchWithoutWork } from '../../support/stretch-without-work';

/** Secrets that must never be shown. "&", "+", "%", the quote and the space are escaped differently in URLs and JSON. */
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

interface EndpointView {
  _id: string;
  URLToken: string;
  flowId: string;
  localeId: string;
  entrypoint: string;
  transformer: { transformer: string; inputTransformerEnabled: boolean; outputTransformerEnabled: boolean };
}

/** The environment that the program runs in. */
interface Surroundings {
  sandbox: Sandbox;
  tokenUrl: string;
  /** Runs the program to its end. */
  run: (start: Start, args: readonly string[], env: Record<string, string>) => Promise<Outcome>;
  /** Lets time pass, and lets the work that is under way finish. */
  pass: (ms: number) => Promise<void>;
  close: () => Promise<void>;
}

/** How a run of the program starts. */
interface Start {
  folder: string;
  /** Called at the start with what can kill the run at any moment. */
  begun: (running: Running) => void;
}

/** The program while it runs. */
export interface Running {
  /** Kills it like `kill -9`. If there is no child process, this never resolves, so a call that awaits it gets no answer. */
  kill: () => Promise<void>;
  /** The child process of the built program. */
  child?: ChildProcessWithoutNullStreams;
}

/** The platform with its management API, a token endpoint, and projects to deploy to. */
export class DeploymentPlatform {
  /** Everything the program has ever printed. */
  printed = '';
  readonly sandbox: Sandbox;
  private readonly folders: string[] = [];
  private projects = 0;

  private constructor(readonly surroundings: Surroundings) {
    this.sandbox = surroundings.sandbox;
  }

  /** In real time, with the built program and a real authorization server in child processes. */
  static async start(): Promise<DeploymentPlatform> {
    return new DeploymentPlatform(await startRealSurroundings());
  }

  /** On a virtual clock, with the program from its sources. No wait takes real time, and nothing runs in the background. */
  static async startVirtual(): Promise<DeploymentPlatform> {
    return new DeploymentPlatform(await startVirtualSurroundings());
  }

  /** Removes what a test has left: chains, faults, hooks and logged calls. */
  clear(): void {
    const { management, functions } = this.sandbox;
    for (const { _id, functionId } of functions.list()) functions.stop(functionId, _id);
    management.clearFaults();
    management.beforeChange = undefined;
    management.afterChange = undefined;
    management.calls.length = 0;
  }

  /** Makes an empty project and a configuration for it. */
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
      tokens: [{ tokenUrl: this.surroundings.tokenUrl, clientId: 'the-client', clientSecret: '${CLIENT_SECRET}' }],
      ...changes,
    };
    return new Project(this, folder, projectId, config);
  }

  /** @param ms milliseconds of the platform's clock */
  pass(ms: number): Promise<void> {
    return this.surroundings.pass(ms);
  }

  async close(): Promise<void> {
    await this.surroundings.close();
    for (const folder of this.folders) rmSync(folder, { recursive: true, force: true });
  }

  /** Lists what is in a project, without the program. */
  async list<T = { _id: string; name: string }>(kind: string, projectId: string): Promise<T[]> {
    const query = `projectId=${projectId}&limit=100`;
    return (await this.ask<{ items: T[] }>(`/${kind}?${query}`)).items;
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
  /** The program, if it is running. */
  running: Running | undefined;
  /** How many chains were started before the latest run. */
  private startsBefore = 0;

  constructor(
    private readonly platform: DeploymentPlatform,
    readonly folder: string,
    readonly projectId: string,
    readonly config: Record<string, unknown>,
  ) {
    this.file = join(folder, 'access-token.json');
    this.configure({});
  }

  configure(changes: Record<string, unknown>): void {
    Object.assign(this.config, changes);
    writeFileSync(this.file, JSON.stringify(this.config, null, 2), { mode: 0o600 });
  }

  /** Empties the log of the management API's calls, and runs the program to its end. */
  async cli(command: string, ...args: string[]): Promise<Outcome> {
    return this.cliWith({}, command, ...args);
  }

  async cliWith(env: Record<string, string>, command: string, ...args: string[]): Promise<Outcome> {
    const { sandbox, surroundings } = this.platform;
    sandbox.management.calls.length = 0;
    this.startsBefore = this.starts();
    const start = { folder: this.folder, begun: (running: Running) => (this.running = running) };
    const outcome = await surroundings.run(start, [command, '--config', this.file, ...args], { ...ENVIRONMENT, ...env });
    this.running = undefined;
    this.platform.printed += outcome.out + outcome.err;
    await surroundings.pass(0);
    return outcome;
  }

  /** Runs `deploy`, which must succeed. @returns the calls that changed something */
  async deploy(...args: string[]): Promise<string[]> {
    const { code, err } = await this.cli('deploy', ...args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return this.changingCalls();
  }

  /** Calls such as `PATCH /functions/*`, in order. Without triggers, because the chain triggers its instances in the same way. */
  changingCalls(): string[] {
    const { calls } = this.platform.sandbox.management;
    return calls
      .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/trigger'))
      .map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{24}/g, '*')}`);
  }

  /** Checks that the latest run has changed nothing, and that it blamed the call or the configuration. */
  expectRefusal({ code, err }: Outcome, ...messages: string[]): void {
    expect(code).toBe(2);
    for (const message of messages) expect(err).toContain(message);
    expect(secretsIn(err)).toEqual([]);
    expect(this.changingCalls()).toEqual([]);
    expect(this.starts()).toBe(this.startsBefore);
  }

  /** Makes something in the project, without the program. */
  make<T = { _id: string }>(kind: string, body: object): Promise<T> {
    return this.platform.ask<T>(`/${kind}`, 'POST', { projectId: this.projectId, ...body });
  }

  /** The project's only Endpoint. */
  async endpoint(): Promise<EndpointView> {
    const { _id } = await this.only('endpoints');
    const endpoint = await this.platform.ask<EndpointView>(`/endpoints/${_id}`);
    // The transpiled transformer is as long as the source. Both together are too much to send back.
    return { ...endpoint, transformer: { ...endpoint.transformer, transpiledTransformer: undefined } as EndpointView['transformer'] };
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

  /** The names and contents of all files next to the configuration. */
  files(): Record<string, string> {
    const names = readdirSync(this.folder).filter((name) => !['.git', 'access-token.json'].includes(name));
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(this.folder, name), 'utf8')]));
  }

  /** How many entities of each kind the project has. */
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

  async startedChains(): Promise<number> {
    return (await this.instances()).filter(isFirstHop).length;
  }

  async runningInstances(): Promise<number> {
    return (await this.instances()).filter(({ status }) => status === 'queued' || status === 'active').length;
  }

  private starts(): number {
    return this.platform.sandbox.functionInstances().filter(isFirstHop).length;
  }
}

/** Whether the instance is the first of its chain. Instances that another one has triggered have parameters. */
export function isFirstHop({ parameters }: Pick<FunctionInstance, 'parameters'>): boolean {
  return Object.keys(parameters).length === 0;
}

/** What a complete deployment of the smallest configuration has in its project. */
export const EVERYTHING = { extensions: 1, flows: 1, endpoints: 1, functions: 1, connections: 3 };
export const NOTHING = { extensions: 0, flows: 0, endpoints: 0, functions: 0, connections: 0 };

/** Finds the secrets in a text, in every form in which they might be written. */
export function secretsIn(text: string): string[] {
  return Object.values(CANARIES).filter((secret) => {
    const encoded = encodeURIComponent(secret);
    const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
    const forms = [secret, encoded, encoded.replace(/%20/g, '+'), inJson(secret), inJson(inJson(secret))];
    return forms.some((form) => text.includes(form));
  });
}

const SANDBOX = { apiKey: CANARIES.apiKey, maxManagementBodyBytes: 60_000, functionStartupDelayMs: 10, maxActiveFunctionInstances: 1000 };

async function startRealSurroundings(): Promise<Surroundings> {
  const [server, sandbox] = await Promise.all([
    startAuthorizationServer({
      accessTokenLifetimeSeconds: LIFETIME_SECONDS,
      clientId: 'the-client',
      clientSecret: CANARIES.clientSecret,
    }),
    startSandbox(SANDBOX),
  ]);
  return {
    sandbox,
    tokenUrl: server.tokenUrl,
    run: spawnProgram,
    pass: (ms) => (ms === 0 ? Promise.resolve() : sleep(ms)),
    close: async () => {
      await Promise.all([sandbox.close(), server.close()]);
    },
  };
}

function spawnProgram({ folder, begun }: Start, args: readonly string[], env: Record<string, string>): Promise<Outcome> {
  const child = spawn(process.execPath, [join(DIST, 'cli.js'), ...args], { cwd: folder, env });
  const outcome: Outcome = { code: null, out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => (outcome.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (outcome.err += data.toString()));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  begun({ kill, child });
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...outcome, code })));
}

async function startVirtualSurroundings(): Promise<Surroundings> {
  const clock = new VirtualClock();
  const mocks = [installWithoutProcess(), stretchWithoutWork()];
  const tokens = await LoopbackServer.start();
  tokens.answer = (response) => {
    const token = { access_token: 'a-token', token_type: 'Bearer', expires_in: LIFETIME_SECONDS };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(token));
  };
  const sandbox = await startSandbox({ ...SANDBOX, clock });
  return {
    sandbox,
    tokenUrl: `${tokens.url}/token`,
    run: (start, args, env) => runOn(clock, start, args, env),
    pass: (ms) => clock.advanceBy(ms),
    close: async () => {
      await Promise.all([sandbox.close(), tokens.stop()]);
      for (const mock of mocks) mock.mockRestore();
    },
  };
}

/** Installs the built extension without the child process in which the platform would load it. */
function installWithoutProcess(): jest.SpyInstance {
  const { name, version } = JSON.parse(readFileSync(join(DIST, 'extension/package.json'), 'utf8')) as Record<'name' | 'version', string>;
  const built = jest.requireActual<{ default: ExportedExtension }>(join(DIST, 'extension/build/module.js'));
  const installed = { name, version, description: '', ...describeExtension(built.default) };
  return jest.spyOn(ExtensionRunner.prototype, 'upload').mockImplementation(async (_archivePath, check) => {
    check?.(name);
    return Promise.resolve(installed);
  });
}

/** Runs the program in this process. Time passes only while it sleeps. */
function runOn(
  clock: VirtualClock,
  { begun }: Start,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Outcome> {
  const outcome: Outcome = { code: null, out: '', err: '' };
  const never = new Promise<never>(() => undefined);
  let isKilled = false;
  return new Promise((resolve, reject) => {
    const kill = (): Promise<void> => {
      isKilled = true;
      resolve({ ...outcome });
      return never;
    };
    begun({ kill });
    const ended = run(args, {
      env,
      templates: DIST,
      print: (text) => (outcome.out += text),
      complain: (text) => (outcome.err += text),
      program: 'access-token',
      isTerminal: false,
      now: () => clock.now(),
      // When the platform is closed, a killed run loses its connections and would try again.
      sleep: (ms) => (isKilled ? never : clock.advanceBy(ms)),
      transport: nodeTransport,
    });
    ended.then((code) => resolve({ ...outcome, code }), reject);
  });
}

/**
 * Starts one platform for the tests of a file, and makes a new project for each test. At the end, checks that the commands
 * have printed no secret.
 */
export function useDeploymentPlatform(
  time: 'virtual time' | 'real time',
  take: (given: { platform: DeploymentPlatform; project: Project }) => void,
): void {
  let platform: DeploymentPlatform;

  beforeAll(async () => {
    platform = await (time === 'virtual time' ? DeploymentPlatform.startVirtual() : DeploymentPlatform.start());
  });
  beforeEach(() => take({ platform, project: platform.newProject() }));
  afterEach(() => platform.clear());
  afterAll(async () => {
    await platform.close();
    expect(secretsIn(platform.printed)).toEqual([]);
  });
}
