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
  /** An empty text if its package.json has none. */
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

/** After a failure, how long a process that serves other executions too may take to answer a ping, milliseconds. */
const PING_LIMIT_MS = 500;

/** The part of the platform that installs extensions and runs their nodes in child processes. */
export class ExtensionRunner {
  private readonly packages = new Map<string, UnpackedExtension>();
  private readonly byNodeType = new Map<string, UnpackedExtension>();
  private readonly editors = new Map<string, ExtensionDescription['editor']>();
  private readonly kept = new Map<string, ExtensionHost>();
  private readonly hosts = new Set<ExtensionHost>();
  private readonly places: Semaphore;
  private closed = false;
  private readonly counts: ExtensionStats = { executions: 0, failed: 0, maxApiCallsPerExecution: 0 };

  /** @param clock for the time limits. It is real by default, because the hosts run in real time. */
  constructor(
    private readonly options: RunnerOptions,
    private readonly startExtensionHost: StartExtensionHost,
    private readonly logBook: LogBook,
    private readonly clock: Clock = systemClock,
  ) {
    this.places = new Semaphore(options.maxConcurrentExecutions);
  }

  /**
   * Uploads an archive, and replaces an extension of the same name.
   * @param check may throw to keep the package of this name from being installed
   * @throws ApiError 400 if the platform would refuse the archive, or if it can't be loaded
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
   * Runs one node. Never throws for a failure in the node: the result has it.
   * @throws ApiError 404 if no uploaded extension has the node type
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
   * Runs the resolver of a node's field.
   * @throws ApiError 404 if no extension has the node, or the node no such field with a resolver; 422 if the resolver fails or
   *   takes too long
   */
  async resolveOptions(request: OptionsRequest): Promise<ResolvedOption[]> {
    const { type, field } = request;
    const extension = this.extensionOf(type);
    const editor = this.editors.get(extension.name);
    if (editor === undefined || !hasResolver(editor, type, field)) throw notFound(`the node ${type} has no field ${field} with a resolver`);
    return this.places.run(() => this.resolveNow(extension, copyJson(request)));
  }

  /** The nodes and connections of all uploaded extensions, as the editor shows them. */
  editor(): ExtensionDescription['editor'] {
    const all = [...this.editors.values()];
    return { nodes: all.flatMap(({ nodes }) => nodes), connections: all.flatMap(({ connections }) => connections) };
  }

  stats(): ExtensionStats {
    return { ...this.counts };
  }

  /** Ends all processes and removes the unpacked files. */
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

  /** Sends a command to a process of the extension, within a time limit. A failure is an answer, not an exception. */
  private async askHost<Kind extends HostAnswer['kind']>(
    extension: UnpackedExtension,
    command: WithoutId<Extract<HostCommand, { request: unknown }>>,
    { name, limitMs, answeredBy }: { name: string; limitMs: number; answeredBy: Kind },
  ): Promise<{ answer: Extract<HostAnswer, { kind: Kind }> | Failed; durationMs: number }> {
    // After `close`, an execution that was waiting for a free process must not start one.
    if (this.closed) throw new Error('the sandbox was closed');
    const host = this.hostFor(extension, command.request.type);
    let startedAt = this.clock.now();
    const timed = <Answer>(answer: Answer) => ({ answer, durationMs: this.clock.now() - startedAt });
    const failed = (message: string) => timed<Failed>({ kind: 'failed', message });
    try {
      await host.ready;
      startedAt = this.clock.now();
      const work = host.ask(command);
      // After the time limit the process is ended. That rejection must not count as unhandled.
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

  /** Ends a process that hangs in a loop. A process that answers goes on with its other executions. */
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
    // After `close`, an upload that was under way must not start a process.
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

  /** Removes the extension of this name, if there is one. Its nodes can't run any more. */
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
