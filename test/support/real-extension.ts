import { join } from 'node:path';

import type { JsonObject } from '../../src/http';
import type { ExecutionResult } from '../../tools/sandbox';
import { LoadedExtension } from '../../tools/sandbox/extensions/loaded-extension';
import { extensionGlobals } from '../../tools/sandbox/extensions/vm-globals';
import { CHILDREN, DIST } from './rendered';

const LIMITS = { maxApiCalls: 5, logIsExempt: false, maxApiPayloadBytes: 62 * 1024 };

/** The built extension in a VM in this process, with its own HTTP client and the real clock. */
export class RealExtension {
  private readonly written: string[] = [];
  private readonly extension = new LoadedExtension(
    join(DIST, 'extension/build/module.js'),
    extensionGlobals((_, text) => void this.written.push(text)),
  );

  /** Runs one node with all of its branches, in a conversation with this context. */
  async run(type: string, config: object, context: object = {}): Promise<Omit<ExecutionResult, 'durationMs'>> {
    const childConfigs = (CHILDREN[type] ?? []).map((child) => ({ id: child, type: type + child, config: {} }));
    const request = { type, nodeId: 'node', config: config as JsonObject, childConfigs, context: context as JsonObject, input: {}, profile: {} };
    const execution = await this.extension.execute(request, LIMITS);
    expect([execution.extensionError, this.written]).toEqual([undefined, []]);
    return execution;
  }
}
