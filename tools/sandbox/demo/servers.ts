import { randomBytes } from 'node:crypto';

import { startAuthorizationServer } from '../authorization-server/start';
import type { AuthorizationServer } from '../authorization-server/types';
import { startSandbox } from '../index';
import type { Sandbox, SandboxEvent } from '../platform';

/** What is there before the product is: an empty project, and an API that wants tokens. */
export interface Servers {
  authorizationServer: AuthorizationServer;
  sandbox: Sandbox;
  close(): Promise<void>;
}

/** The demo plays in fast motion: the platform gives a Function 15 minutes. */
export const FUNCTION_TIME_LIMIT_SECONDS = 12;
/** A machine may be held up for some seconds: a hop that meets its time limit takes the chain with it. */
export const FUNCTION_BUFFER_SECONDS = 6;
const FUNCTION_STARTUP_DELAY_MS = 300;

/** @param lifetime seconds that an access token lives */
export async function startServers(lifetime: number, onEvent: (event: SandboxEvent) => void): Promise<Servers> {
  const authorizationServer = await startAuthorizationServer({ accessTokenLifetimeSeconds: lifetime });
  try {
    const sandbox = await startSandbox({
      apiKey: randomBytes(24).toString('hex'),
      functionTimeLimitSeconds: FUNCTION_TIME_LIMIT_SECONDS,
      functionStartupDelayMs: FUNCTION_STARTUP_DELAY_MS,
      // As newer documentation has it; a process for each message would keep a small machine busy.
      moduleState: 'kept',
      onEvent,
    });
    const close = () => sandbox.close().finally(() => authorizationServer.close());
    return { authorizationServer, sandbox, close };
  } catch (error) {
    await authorizationServer.close();
    throw error;
  }
}
