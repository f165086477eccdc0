import fs from 'node:fs/promises';
import { badRequest, notFound, unprocessable } from '../api-error';
import { systemClock, withTimeLimit, type Clock } from '../clock';
import { copyJson, messageOf } from '../json';
import type { LogBook } from '../log-book';
import type { SandboxOptions } from '../options';
import { hasResolver } from './description';
import type { ExtensionHost, StartExtensionHost, WithoutId } from './host';
import { unpackExtension, type UnpackedExtension } from './package';
import type {
  ExecutionRequest,
  ExecutionResult,
  ExtensionDescription,
  HostAnswer,
  HostCommand,
  OptionsRequest,
  ResolvedOption,
} from './protocol';
import { Semaphore } from './semaphore';

type RunnerOptions = Pick<
  SandboxOptions,
  | 'extensionTimeoutMs'
  | 'maxApiCalls'
  | 'logIsExempt'
  | 'maxApiPayloadBytes'
  | 'maxExtensionBytes'
  | 'maxConnectionFields'
  | 'maxConcurrentExecutions'
  | 'resolverTimeoutMs'
  | 'maxResolverHttpRequests'
  | 'maxResolverAnswerBytes'
  | 'httpErrorStatusThrows'
  | 'moduleState'
>;

export interface InstalledExtension extends ExtensionDescription {
  name: string;
  version: string;
  /** An empty text when its package.json has none. */
  description: string;
}

export interface ExtensionStats {
  executions: number;
  /** Executions that ended with `input.extensionError`. */
  failed: number;
  maxApiCallsPerExecution: number;
}

interface Failed {
  kind: 'failed';
  message: string;
}

/** How long a process that others still use may take to show that it is not stuck, milliseconds. */
const PING_LIMIT_MS = 500;

/** The part of the platform that takes extensions and runs their nodes, each execution in a process of its own. */
export class ExtensionRunner {
  private readonly packages = new Map<string, UnpackedExtension>();
  private readonly byNodeType = new Map<string, UnpackedExtension>();
  private readonly editors = new Map<string, ExtensionDescription['editor']>();
  private readonly kept = new Map<string, ExtensionHost>();
  private readonly hosts = new Set<ExtensionHost>();
  private readonly places: Semaphore;
  private closed = false;
  private readonly counts: ExtensionStats = { executions: 0, failed: 0, maxApiCallsPerExecution: 0 };

  /** @param clock the time of its limits: real, since its hosts live in it */
  constructor(
    private readonly options: RunnerOptions,
    private readonly startExtensionHost: StartExtensionHost,
    private readonly logBook: LogBook,
    private readonly clock: Clock = systemClock,
  ) {
    this.places = new Semaphore(options.maxConcurrentExecutions);
  }

  /**
   * Uploads an archive; one of the same name is replaced.
   * @param check may throw when the package of this name is not to be installed
   * @throws ApiError 400 when the platform would refuse it or it can't be loaded
   */
  async upload(archivePath: string, check: (name: string) => void = () => undefined): Promise<InstalledExtension> {
    const unpacked = await unpackExtension(archivePath, this.options.maxExtensionBytes);
    try {
      check(unpacked.name);
      const description = await this.describe(unpacked);
      this.checkConnections(description);
      await this.remove(unpacked.name);
      this.packages.set(unpacked.name, unpacked);
      this.editors.set(unpacked.name, description.editor);
      for (const { type } of description.nodes) this.byNodeType.set(type, unpacked);
      const { name, version, description: text } = unpacked;
      return { name, version, description: text, ...description };
    } catch (error) {
      await fs.rm(unpacked.directory, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Runs one node. What goes wrong in it is in the result, never thrown.
   * @throws ApiError 404 when no uploaded extension has the node type
   */
  async execute(request: ExecutionRequest): Promise<ExecutionResult> {
    const extension = this.extensionOf(request.type);
    const result = await this.places.run(() => this.executeNow(extension, copyJson(request)));
    this.counts.executions += 1;
    if (result.extensionError !== undefined) this.counts.failed += 1;
    this.counts.maxApiCallsPerExecution = Math.max(this.counts.maxApiCallsPerExecution, result.apiCalls);
    const source = `extension:${request.type}`;
    for (const { level, text } of result.logs) this.logBook.add(source, level, text);
    if (result.extensionError) this.logBook.add(source, 'error', result.extensionError.message);
    return result;
  }

  /**
   * What the resolver of a node's field offers.
   * @throws ApiError 404 for a node or a field with a resolver that no extension has, 422 when the resolver fails or takes too long
   */
  async resolveOptions(request: OptionsRequest): Promise<ResolvedOption[]> {
    const { type, field } = request;
    const extension = this.extensionOf(type);
    const editor = this.editors.get(extension.name);
    if (editor === undefined || !hasResolver(editor, type, field)) throw notFound(`the node ${type} has no field ${field} with a resolver`);
    return this.places.run(() => this.resolveNow(extension, copyJson(request)));
  }

  /** What the editor shows of all uploaded extensions. */
  editor(): ExtensionDescription['editor'] {
    const all = [...this.editors.values()];
    return { nodes: all.flatMap(({ nodes }) => nodes), connections: all.flatMap(({ connections }) => connections) };
  }

  stats(): ExtensionStats {
    return { ...this.counts };
  }

  /** Ends every process and removes what was unpacked. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.hosts].map((host) => host.kill()));
    for (const name of [...this.packages.keys()]) await this.remove(name);
  }

  private extensionOf(nodeType: string): UnpackedExtension {
    const extension = this.byNodeType.get(nodeType);
    if (extension === undefined) throw notFound(`no extension has a node ${nodeType}`);
    return extension;
  }

  private async executeNow(extension: UnpackedExtension, request: ExecutionRequest): Promise<ExecutionResult> {
    const { maxApiCalls, logIsExempt, maxApiPayloadBytes, extensionTimeoutMs } = this.options;
    const limits = { maxApiCalls, logIsExempt, maxApiPayloadBytes };
    const command = { kind: 'execute', mainFile: extension.mainFile, request, limits } as const;
    const work = { name: 'execution', limitMs: extensionTimeoutMs, answeredBy: 'executed' } as const;
    const { answer, durationMs } = await this.askHost(extension, command, work);
    if (answer.kind === 'executed') return { ...answer.result, durationMs };
    const { message } = answer;
    return {
      context: request.context,
      input: { ...request.input, extensionError: { message } },
      profile: request.profile,
      logs: [],
      outputs: [],
      events: [],
      apiCalls: 0,
      extensionError: { message },
      durationMs,
    };
  }

  private async resolveNow(extension: UnpackedExtension, request: OptionsRequest): Promise<ResolvedOption[]> {
    const { maxResolverHttpRequests, maxResolverAnswerBytes, httpErrorStatusThrows, resolverTimeoutMs } = this.options;
    const limits = {
      maxHttpRequests: maxResolverHttpRequests,
      maxAnswerBytes: maxResolverAnswerBytes,
      errorStatusThrows: httpErrorStatusThrows,
    };
    const command = { kind: 'resolveOptions', mainFile: extension.mainFile, request, limits } as const;
    const work = { name: 'resolver', limitMs: resolverTimeoutMs, answeredBy: 'optionsResolved' } as const;
    const { answer } = await this.askHost(extension, command, work);
    if (answer.kind === 'optionsResolved') return answer.options;
    throw unprocessable(`the options of ${request.field} can't be resolved: ${answer.message}`);
  }

  /** Has a process of the extension do something within a time limit. What goes wrong is an answer. */
  private async askHost<Kind extends HostAnswer['kind']>(
    extension: UnpackedExtension,
    command: WithoutId<Extract<HostCommand, { request: unknown }>>,
    { name, limitMs, answeredBy }: { name: string; limitMs: number; answeredBy: Kind },
  ): Promise<{ answer: Extract<HostAnswer, { kind: Kind }> | Failed; durationMs: number }> {
    // What still waited for a free process must not start one now.
    if (this.closed) throw new Error('the sandbox was closed');
    const host = this.hostFor(extension, command.request.type);
    let startedAt = this.clock.now();
    const timed = <Answer>(answer: Answer) => ({ answer, durationMs: this.clock.now() - startedAt });
    const failed = (message: string) => timed<Failed>({ kind: 'failed', message });
    try {
      await host.ready;
      startedAt = this.clock.now();
      const work = host.ask(command);
      // After the time limit its process is ended, which is no news to anyone.
      work.catch(() => undefined);
      const answer = await withTimeLimit(this.clock, limitMs, work, () => {
        return new Error(`the ${name} took longer than ${limitMs} ms`);
      });
      if (answer.kind === answeredBy) return timed(answer as Extract<HostAnswer, { kind: Kind }>);
      return failed(answer.kind === 'failed' ? answer.message : 'no result');
    } catch (error) {
      await this.endIfStuck(host);
      return failed(messageOf(error));
    } finally {
      if (this.options.moduleState === 'fresh') await this.end(host);
    }
  }

  private hostFor(extension: UnpackedExtension, source: string): ExtensionHost {
    if (this.options.moduleState === 'fresh') return this.startHost(source);
    const present = this.kept.get(extension.name);
    if (present !== undefined && !present.isGone) return present;
    const started = this.startHost(extension.name);
    this.kept.set(extension.name, started);
    return started;
  }

  private startHost(source: string): ExtensionHost {
    const host = this.startExtensionHost((level, text) => {
      this.logBook.add(`extension:${source}`, level, text);
    });
    this.hosts.add(host);
    return host;
  }

  private async end(host: ExtensionHost): Promise<void> {
    await host.kill();
    this.hosts.delete(host);
  }

  /** A process that answers can go on with its other executions; one that is in a loop can't. */
  private async endIfStuck(host: ExtensionHost): Promise<void> {
    if (this.options.moduleState === 'fresh') return;
    try {
      const ping = host.ask({ kind: 'ping' });
      ping.catch(() => undefined);
      await withTimeLimit(this.clock, PING_LIMIT_MS, ping, () => new Error('no answer'));
    } catch {
      await this.end(host);
    }
  }

  private async describe(extension: UnpackedExtension): Promise<ExtensionDescription> {
    // An upload that was under way must not start a process now.
    if (this.closed) throw new Error('the sandbox was closed');
    const host = this.startHost(extension.name);
    try {
      const answer = await host.ask({ kind: 'describe', mainFile: extension.mainFile });
      if (answer.kind === 'described') return answer.description;
      throw badRequest(`the extension can't be loaded: ${answer.kind === 'failed' ? answer.message : 'no answer'}`);
    } finally {
      await this.end(host);
    }
  }

  private checkConnections({ connections }: ExtensionDescription): void {
    const limit = this.options.maxConnectionFields;
    const tooLarge = connections.find(({ fields }) => fields.length > limit);
    if (tooLarge) throw badRequest(`the connection ${tooLarge.type} has more than ${limit} fields`);
  }

  /** Takes the extension of this name away, if there is one: its nodes can't be run any more. */
  async remove(name: string): Promise<void> {
    const present = this.packages.get(name);
    if (present === undefined) return;
    const host = this.kept.get(name);
    if (host !== undefined) await this.end(host);
    this.kept.delete(name);
    this.packages.delete(name);
    this.editors.delete(name);
    for (const [type, extension] of this.byNodeType) if (extension === present) this.byNodeType.delete(type);
    await fs.rm(present.directory, { recursive: true, force: true });
  }
}
