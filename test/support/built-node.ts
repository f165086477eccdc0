import { dirname, join } from 'node:path';
import vm from 'node:vm';

import type { Transport } from '../../src/http';
import type { ExecutionRequest, ExecutionResult, LogBook } from '../../src/sandbox';
import { ModuleLoader } from '../../src/sandbox/extensions/module-loader';
import { extensionGlobals } from '../../src/sandbox/extensions/vm-globals';
import { DIST } from './artifact-platform';
import type { HandClock } from './hand-clock';
import { timersOf, VirtualExtension } from './virtual-extension';
import { inVirtualTime } from './virtual-time';

const TRANSPORT = join(DIST, 'extension/build/axios-transport.js');

/** The built extension in this process: real HTTP by its own client, on a clock that no request keeps running. */
export class BuiltNodes {
  private readonly transport: Transport;
  private readonly kept: VirtualExtension | undefined;

  /** @param moduleState `fresh` loads the extension anew for each execution */
  constructor(
    private readonly clock: HandClock,
    private readonly logs: LogBook,
    moduleState: 'fresh' | 'kept',
  ) {
    const context = vm.createContext({ ...extensionGlobals(this.write), ...timersOf(clock) });
    const loader = new ModuleLoader(context, dirname(dirname(TRANSPORT)));
    const { axiosTransport } = loader.load(TRANSPORT) as { axiosTransport: Transport };
    this.transport = (request, timeoutMs) => clock.track(axiosTransport(request, timeoutMs));
    if (moduleState === 'kept') this.kept = this.load();
  }

  /** Runs one node; time passes as it waits. */
  readonly execute = async (request: ExecutionRequest): Promise<ExecutionResult> => {
    const extension = this.kept ?? this.load();
    const result = await inVirtualTime(this.clock, extension.execute(request));
    for (const { level, text } of result.logs) this.logs.add(`extension:${request.type}`, level, text);
    return { ...result, durationMs: 0 };
  };

  private readonly write = (level: string, text: string): void => {
    this.logs.add('extension', level, text);
  };

  private load(): VirtualExtension {
    return new VirtualExtension(this.clock, this.transport, this.write);
  }
}
