import { createHttpClient, startSandbox } from '../../tools/sandbox';
import type { ExecutionResult } from '../../tools/sandbox';
import { ArtifactPlatform } from './artifact-platform';
import type { ArtifactPlatformOptions } from './artifact-platform';
import { BuiltNodes } from './built-node';
import { HandClock } from './hand-clock';
import { LoopbackAuthorizationServer } from './loopback-authorization-server';

/** How much time passes between two checks of a condition, milliseconds. */
const STEP_MS = 100;
const LONGEST_MS = 600_000;

/**
 * The built files on the local platform, without child processes. They talk real HTTP to each other, and share one clock,
 * which stands still unless a node waits or the test lets time pass.
 */
export class InProcessPlatform extends ArtifactPlatform {
  private constructor(
    sandbox: ArtifactPlatform['sandbox'],
    override readonly server: LoopbackAuthorizationServer,
    endpointSecret: string,
    readonly clock: HandClock,
  ) {
    super(sandbox, server, endpointSecret);
  }

  static override async start(options: ArtifactPlatformOptions = {}): Promise<InProcessPlatform> {
    const { endpointSecret = 'endpoint-secret-of-the-tests' } = options;
    const clock = new HandClock();
    const client = createHttpClient();
    let nodes: BuiltNodes | undefined;
    const executeNode: BuiltNodes['execute'] = async (request): Promise<ExecutionResult> => {
      nodes ??= new BuiltNodes(clock, sandbox.logs, sandbox.options);
      return nodes.execute(request);
    };
    const [sandbox, server] = await Promise.all([
      startSandbox({ ...options.sandbox, clock, http: (request) => clock.track(client(request)), executeNode }),
      LoopbackAuthorizationServer.start(clock, options.server),
    ]);
    return new InProcessPlatform(sandbox, server, endpointSecret, clock);
  }

  /** Unix seconds. */
  override get nowInSeconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  /** Lets time pass until a condition holds. @param what completes "This never came true: …" */
  async passUntil(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const end = this.clock.now() + LONGEST_MS;
    while (!(await holds())) {
      if (this.clock.now() >= end) throw new Error(`This never came true: ${what}.`);
      await this.clock.advanceBy(STEP_MS);
    }
  }

  override async storageSettled(): Promise<void> {
    const { sessionStorage } = this.sandbox;
    await this.clock.runUntil(() => sessionStorage.pendingWrites === 0);
  }
}
