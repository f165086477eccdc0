import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { findProcess } from '../find-process';
import type {
  AuthorizationServer,
  AuthorizationServerOptions,
  AuthorizationServerStats,
  ProcessAnswer,
  ProcessCommand,
  ProcessOptions,
  ProcessReady,
} from './types';

type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never;

/**
 * Starts a real authorization server with one client, and a protected API. Both run in one child process and listen on
 * 127.0.0.1.
 */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions = {},
): Promise<AuthorizationServer> {
  const { processPath = findProcess('authorization-server.js'), ...given } = options;
  const complete: ProcessOptions = {
    clientId: 'sandbox-client',
    clientSecret: randomBytes(24).toString('hex'),
    accessTokenLifetimeSeconds: 60,
    refreshTokenLifetimeSeconds: 3600,
    accessTokenFormat: 'opaque',
    scopes: ['hello'],
    port: 0,
    apiPort: 0,
    ...given,
  };
  const child = new AuthorizationServerProcess(processPath);
  try {
    const ready = (await child.ask({ command: 'start', options: complete })) as ProcessReady;
    return {
      ...ready,
      client: { clientId: complete.clientId, clientSecret: complete.clientSecret },
      issueRefreshToken: async () => (await child.ask({ command: 'issueRefreshToken' })) as string,
      setFault: (fault) => child.tell({ command: 'setFault', fault }),
      clearFault: () => child.tell({ command: 'clearFault' }),
      revokeAll: () => child.tell({ command: 'revokeAll' }),
      advanceClock: (durationMs) => child.tell({ command: 'advanceClock', durationMs }),
      stats: async () => (await child.ask({ command: 'stats' })) as AuthorizationServerStats,
      close: () => child.close(),
    };
  } catch (error) {
    await child.close();
    throw error;
  }
}

class AuthorizationServerProcess {
  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;
  private readonly pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  private commands = 0;
  private lost: Error | undefined;
  private errorText = '';

  constructor(processPath: string) {
    // Readers of a demo or a test should not see the provider's warnings about running in development.
    this.child = fork(processPath, [], { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.child.stderr?.on('data', (data: Buffer) => {
      this.errorText = (this.errorText + data.toString('utf8')).slice(-4000);
    });
    this.child.on('message', (answer: ProcessAnswer) => {
      const pending = this.pending.get(answer.id);
      this.pending.delete(answer.id);
      if (answer.error === undefined) pending?.resolve(answer.result);
      else pending?.reject(new Error(answer.error));
    });
    this.exited = new Promise((resolve) => {
      const end = (reason: string): void => {
        this.lost ??= new Error(`the authorization server ended: ${reason} ${this.errorText}`.trim());
        for (const { reject } of this.pending.values()) reject(this.lost);
        this.pending.clear();
        resolve();
      };
      this.child.on('error', (error) => end(error.message));
      this.child.on('exit', (code) => end(`exit code ${code}`));
    });
  }

  ask(command: WithoutId<ProcessCommand>): Promise<unknown> {
    const id = ++this.commands;
    return new Promise((resolve, reject) => {
      if (this.lost !== undefined) {
        reject(this.lost);
        return;
      }
      this.pending.set(id, { resolve, reject });
      this.child.send({ ...command, id });
    });
  }

  async tell(command: WithoutId<ProcessCommand>): Promise<void> {
    await this.ask(command);
  }

  async close(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    await this.exited;
  }
}
