import { dirname, join } from 'node:path';
import vm from 'node:vm';

import type { Transport } from '../../src/http';
import type { Clock, ExecutionRequest, ExecutionResult, LogBook, SandboxOptions } from '../../tools/sandbox';
import { ModuleLoader } from '../../tools/sandbox/extensions/module-loader';
import { Semaphore } from '../../tools/sandbox/extensions/semaphore';
import { extensionGlobals } from '../../tools/sandbox/extensions/vm-globals';
import { DIST } from './artifact-platform';
import type { HandClock } from './hand-clock';
import { timersOf, VirtualExtension } from './virtual-extension';
import { inVirtualTime, sleepOn } from './virtual-time';

/** Added to the client's time limit and subtracted from its timer, because a socket's timeout runs in real time. Milliseconds. */
const REAL_TIME_MS = 600_000;
/** How much virtual time each request takes, milliseconds. By itself, a request takes none. */
const LATENCY_MS = 40;
const TRANSPORT = join(DIST, 'extension/build/node-transport.js');

/** The built extension in this process: real HTTP by its own client, with virtual time that stands still during requests. */
export class BuiltNodes {
  private readonly transport: Transport;
  private readonly kept: VirtualExtension | undefined;
  private readonly places: Semaphore;

  constructor(
    private readonly clock: HandClock,
    private readonly logs: LogBook,
    { moduleState, maxConcurrentExecutions }: Pick<SandboxOptions, 'moduleState' | 'maxConcurrentExecutions'>,
  ) {
    this.places = new Semaphore(maxConcurrentExecutions);
    const inTime: Clock = {
      now: () => clock.now(),
      setTimeout: (callback, ms) => clock.setTimeout(callback, ms - REAL_TIME_MS),
    };
    const context = vm.createContext({ ...extensionGlobals(this.write), ...timersOf(inTime) });
    const loader = new ModuleLoader(context, dirname(dirname(TRANSPORT)));
    const { nodeTransport } = loader.load(TRANSPORT) as { nodeTransport: Transport };
    this.transport = async (request, timeoutMs) => {
      await sleepOn(clock)(LATENCY_MS);
      return clock.track(nodeTransport(request, timeoutMs + REAL_TIME_MS));
    };
    if (moduleState === 'kept') this.kept = this.load();
  }

  /** Runs one node. Time passes while it waits. */
  readonly execute = async (request: ExecutionRequest): Promise<ExecutionResult> => {
    const result = await this.places.run(() => {
      const extension = this.kept ?? this.load();
      const work = extension.execute(request);
      // Another execution may keep time from passing. This one can end nevertheless.
      return Promise.race([work, inVirtualTime(this.clock, work)]);
    });
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
