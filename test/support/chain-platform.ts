import type { FunctionInstance } from '../../tools/sandbox';
import { stopChain } from '../../tools/sandbox/demo/stop-chain';
import { renderArtifact } from './artifact-platform';
import type { ArtifactPlatform } from './artifact-platform';

export interface ChainTimes {
  functionTimeLimitSeconds: number;
  functionBufferSeconds: number;
}

/** What a Function logs that is told to end. */
export const ENDED = 'is at work already: this instance ends';

/** Short enough for a test to wait for a late heartbeat, which takes the time limit and 5 s. */
export const SHORT_TIMES: ChainTimes = { functionTimeLimitSeconds: 6, functionBufferSeconds: 3 };

/** The rendered Function, installed on the sandbox as its user does. */
export class Chain {
  readonly functionId: string;
  /** The file as pasted. */
  code = '';

  /** @param settings the configuration file, but for what the sandbox knows by itself */
  constructor(
    private readonly platform: ArtifactPlatform,
    private readonly settings: object,
    private readonly times: ChainTimes = SHORT_TIMES,
  ) {
    // The id goes into the file, and is only known afterwards.
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

  /** Instances that were started without parameters: each of them starts a chain. */
  get starts(): number {
    return this.instances.filter(({ parameters }) => parameters['chainId'] === undefined).length;
  }

  /** Instances that are under way or about to be. */
  get running(): FunctionInstance[] {
    return this.instances.filter(({ finishedAt }) => finishedAt === undefined);
  }

  /** Everything the instances have logged. */
  get log(): string {
    return this.instances.flatMap(({ log }) => log).join('\n');
  }

  /** Ends whatever runs, as somebody in the user interface does: through the management API. */
  async kill(): Promise<void> {
    const { sandbox, http } = this.platform;
    for (const { _id } of this.running) {
      const url = `${sandbox.apiUrl}/new/v2.0/functions/${this.functionId}/instances/${_id}/stop`;
      const { status } = await http({ method: 'POST', url, headers: { 'x-api-key': sandbox.apiKey } });
      if (status >= 300) throw new Error(`The platform answered HTTP ${status}.`);
    }
  }

  /** Ends the chain for good: the Function is disabled first, as a hop may be triggering the next one just now. */
  async end(): Promise<void> {
    await stopChain(this.platform.sandbox, this.functionId);
  }

  /** A node's `cognigyApiConnection`, changed. */
  connection(changes: Record<string, string> = {}): object {
    const { sandbox } = this.platform;
    const { apiUrl, apiKey } = sandbox;
    const fields = { apiUrl, apiKey, functionId: this.functionId, ...changes };
    return { connectionId: sandbox.createConnection({ type: 'cognigyApi', fields }) };
  }
}
