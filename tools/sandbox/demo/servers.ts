import { randomBytes } from 'node:crypto';

import { startAuthorizationServer } from '../authorization-server/start';
import type { AuthorizationServer } from '../authorization-server/types';
import { startSandbox } from '../index';
import type { Sandbox, SandboxEvent } from '../platform';

/** What exists before the product is deployed: an empty project, and an API that needs tokens. */
export interface Servers {
  authorizationServer: AuthorizationServer;
  sandbox: Sandbox;
  close(): Promise<void>;
}

/** The demo runs in fast motion: on the platform, a Function has 15 minutes. */
export const FUNCTION_TIME_LIMIT_SECONDS = 12;
/** A machine may stall for some seconds, and an instance that reaches its time limit ends the chain. */
export const FUNCTION_BUFFER_SECONDS = 6;
const FUNCTION_STARTUP_DELAY_MS = 300;

/** @param lifetime of an access token, seconds */
export async function startServers(lifetime: number, onEvent: (event: SandboxEvent) => void): Promise<Servers> {
  const authorizationServer = await startAuthorizationServer({ accessTokenLifetimeSeconds: lifetime });
  try {
    const sandbox = await startSandbox({
      apiKey: randomBytes(24).toString('hex'),
      functionTimeLimitSeconds: FUNCTION_TIME_LIMIT_SECONDS,
      functionStartupDelayMs: FUNCTION_STARTUP_DELAY_MS,
      // As newer documentation says. One process for each message would overload a small machine.
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
