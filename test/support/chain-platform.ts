import type { FunctionInstance } from '../../tools/sandbox';
import { stopChain } from '../../tools/sandbox/demo/stop-chain';
import { renderArtifact } from './artifact-platform';
import type { ArtifactPlatform } from './artifact-platform';

export interface ChainTimes {
  functionTimeLimitSeconds: number;
  functionBufferSeconds: number;
}

/** What an instance logs when it is told to end. */
export const ENDED = 'is at work already: this instance ends';

/** Short enough for a test to wait for a late report. A report is late after the time limit and 5 s. */
export const SHORT_TIMES: ChainTimes = { functionTimeLimitSeconds: 6, functionBufferSeconds: 3 };

/** The Function with its configuration, installed on the sandbox as users do. */
export class Chain {
  readonly functionId: string;
  /** The file as pasted. */
  code = '';

  /** @param settings the configuration file, without what the sandbox provides */
  constructor(
    private readonly platform: ArtifactPlatform,
    private readonly settings: object,
    private readonly times: ChainTimes = SHORT_TIMES,
  ) {
    // The file needs the Function's id, which is known only after this.
    this.functionId = platform.sandbox.createFunction({ name: 'chain', code: 'export default () => undefined' });
    this.install();
  }

  /** Pastes the file again, with changed settings. */
  install(changes: object = {}): void {
    const { sandbox } = this.platform;
    const { apiUrl, apiKey } = sandbox;
    const { functionId, settings, times } = this;
    this.code = renderArtifact('function', { apiUrl, apiKey, functionId, ...times, ...settings, ...changes });
    sandbox.updateFunction(functionId, { code: this.code });
  }

  start(): void {
    this.platform.sandbox.triggerFunction(this.functionId);
  }

  get instances(): FunctionInstance[] {
    return this.platform.sandbox.functionInstances(this.functionId);
  }

  /** How many instances were started without parameters. Each of them starts a chain. */
  get starts(): number {
    return this.instances.filter(({ parameters }) => parameters['chainId'] === undefined).length;
  }

  /** The instances that are active or queued. */
  get running(): FunctionInstance[] {
    return this.instances.filter(({ finishedAt }) => finishedAt === undefined);
  }

  /** Everything the instances have logged. */
  get log(): string {
    return this.instances.flatMap(({ log }) => log).join('\n');
  }

  /** Stops the running instances through the management API, as the user interface does. */
  async kill(): Promise<void> {
    const { sandbox, http } = this.platform;
    for (const { _id } of this.running) {
      const url = `${sandbox.apiUrl}/new/v2.0/functions/${this.functionId}/instances/${_id}/stop`;
      const { status } = await http({ method: 'POST', url, headers: { 'x-api-key': sandbox.apiKey } });
      if (status >= 300) throw new Error(`The platform answered HTTP ${status}.`);
    }
  }

  /** Ends the chain for good. Disables the Function first, because an instance may be triggering the next one. */
  async end(): Promise<void> {
    await stopChain(this.platform.sandbox, this.functionId);
  }

  /** A node's `cognigyApiConnection`. `changes` override fields. */
  connection(changes: Record<string, string> = {}): object {
    const { sandbox } = this.platform;
    const { apiUrl, apiKey } = sandbox;
    const fields = { apiUrl, apiKey, functionId: this.functionId, ...changes };
    return { connectionId: sandbox.createConnection({ type: 'cognigyApi', fields }) };
  }
}
