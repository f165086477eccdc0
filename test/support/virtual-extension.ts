import { join } from 'node:path';
import vm from 'node:vm';

import type { Transport } from '../../src/http';
import type { Clock, ExecutionRequest, ExecutionResult, HttpClient, OptionsRequest, ResolvedOption } from '../../tools/sandbox';
import { LoadedExtension } from '../../tools/sandbox/extensions/loaded-extension';
import { extensionGlobals } from '../../tools/sandbox/extensions/vm-globals';
import { setContextClock } from '../../tools/sandbox/vm-bootstrap';
import { DIST } from './rendered';

const BUILD = join(DIST, 'extension/build');
const RESOLVER_LIMITS = { maxHttpRequests: 5, maxAnswerBytes: 1024 * 1024, errorStatusThrows: false };
const LIMITS = { maxApiCalls: 10, logIsExempt: false, maxApiPayloadBytes: 62 * 1024 };

/** Makes an error that belongs to the VM, as the replaced file would. */
const TRANSPORT_ERROR = `(message, kind, reason) => Object.assign(new Error(message), { name: 'TransportError', kind, reason })`;

/**
 * The built extension in a VM, on the test's clock. Everything is as shipped, except that the test's transport replaces its
 * HTTP client (the file `node-transport.js`).
 */
export class VirtualExtension {
  private readonly extension: LoadedExtension;

  /**
   * @param transport rejects with a `TransportError`
   * @param write gets what the extension writes to its console
   * @param modules replacements for built-in modules, by name
   */
  constructor(clock: Clock, transport: Transport, write: (level: string, text: string) => void, modules: Record<string, unknown> = {}) {
    let makeError: (message: string, kind: string, reason?: string) => Error;
    const nodeTransport: Transport = async (request, timeoutMs) => {
      try {
        return await transport(request, timeoutMs);
      } catch (thrown) {
        const { message, kind, reason } = thrown as { message: string; kind: string; reason?: string };
        throw makeError(message, kind, reason);
      }
    };
    this.extension = new LoadedExtension(
      join(BUILD, 'module.js'),
      { ...extensionGlobals(write), ...timersOf(clock) },
      {
        prepare: (context) => {
          setContextClock(context, () => clock.now());
          makeError = vm.runInContext(TRANSPORT_ERROR, context) as typeof makeError;
        },
        replaced: { ...modules, [join(BUILD, 'node-transport.js')]: { nodeTransport } },
      },
    );
  }

  async execute(request: ExecutionRequest): Promise<Omit<ExecutionResult, 'durationMs'>> {
    return this.extension.execute(request, LIMITS);
  }

  /** @param http sends the resolver's requests */
  async resolveOptions(request: OptionsRequest, http: HttpClient): Promise<ResolvedOption[]> {
    return this.extension.resolveOptions(request, RESOLVER_LIMITS, http);
  }
}

/** `setTimeout` and `clearTimeout` for a clock, as globals of a VM. */
export function timersOf(clock: Clock): Record<string, unknown> {
  const cancels = new Map<number, () => void>();
  let timers = 0;
  return {
    setTimeout: (callback: () => void, ms = 0) => {
      const id = (timers += 1);
      cancels.set(id, clock.setTimeout(callback, ms));
      return id;
    },
    clearTimeout: (id: number) => {
      cancels.get(id)?.();
      cancels.delete(id);
    },
  };
}
