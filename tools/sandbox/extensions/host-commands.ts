import type { HttpClient } from '../http-client';
import { messageOf } from '../json';
import { ExecutionRecorder } from './execution-api';
import { LoadedExtension } from './loaded-extension';
import type { ExecutionLimits, ExecutionRequest, HostAnswer, HostCommand } from './protocol';
import { extensionGlobals } from './vm-globals';

/** Carries out the commands of an extension host. */
export class HostCommands {
  private readonly loaded = new Map<string, LoadedExtension>();

  /**
   * @param onConsole gets what the extensions write to their console
   * @param http sends the requests of their resolvers, and never rejects because of a status
   */
  constructor(
    private readonly onConsole: (level: string, text: string) => void,
    private readonly http: HttpClient,
  ) {}

  async answer(command: HostCommand): Promise<HostAnswer> {
    const { id, kind } = command;
    try {
      if (kind === 'ping') return { kind: 'pong', id };
      if (kind === 'describe') return { kind: 'described', id, description: this.load(command.mainFile).describe() };
      if (kind === 'resolveOptions') {
        const { mainFile, request, limits } = command;
        return { kind: 'optionsResolved', id, options: await this.load(mainFile).resolveOptions(request, limits, this.http) };
      }
      return { kind: 'executed', id, result: await this.execute(command.mainFile, command.request, command.limits) };
    } catch (error) {
      return { kind: 'failed', id, message: messageOf(error) };
    }
  }

  /** Loads the extension with the main file `<root>/build/module.js`, once in each host. */
  private load(mainFile: string): LoadedExtension {
    const present = this.loaded.get(mainFile);
    if (present !== undefined) return present;
    const extension = new LoadedExtension(mainFile, extensionGlobals(this.onConsole));
    this.loaded.set(mainFile, extension);
    return extension;
  }

  /** Like `LoadedExtension.execute`. If the extension can't be loaded, the result has the failure. */
  private async execute(
    mainFile: string,
    request: ExecutionRequest,
    limits: ExecutionLimits,
  ): Promise<ExecutionRecorder['result']> {
    let extension: LoadedExtension;
    try {
      extension = this.load(mainFile);
    } catch (error) {
      const recorder = new ExecutionRecorder(request, limits);
      recorder.fail(error);
      return recorder.result;
    }
    return extension.execute(request, limits);
  }
}
