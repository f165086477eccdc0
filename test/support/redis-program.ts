import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWhere } from './describe-where';
import { sleep } from './sleep';

/** Valkey is the fork of Redis 7.2 that kept its licence. */
export type RedisProgram = 'redis-server' | 'valkey-server';

const HOW_TO_INSTALL: Record<RedisProgram, string> = {
  'redis-server': 'redis-server is not installed. Debian and Ubuntu: apt-get install redis-server',
  'valkey-server': 'valkey-server is not installed. Debian and Ubuntu: apt-get install valkey-server (Debian 12 has it in its backports)',
};

const PORT_TAKEN = 'Address already in use';
/** Only ends a start that hangs, milliseconds. */
const START_TIMEOUT_MS = 120_000;
/** How long to wait before the next attempt while another program holds the port, milliseconds. */
const PAUSE_MS = 50;

/** Groups tests that need a real server, see `describeWhere`. */
export function describeWithProgram(program: RedisProgram, name: string, body: () => void): void {
  const isThere = spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
  describeWhere({ isThere, howToInstall: HOW_TO_INSTALL[program] }, name, body);
}

export function describeWithRedis(name: string, body: () => void): void {
  describeWithProgram('redis-server', name, body);
}

export function describeWithValkey(name: string, body: () => void): void {
  describeWithProgram('valkey-server', name, body);
}

export interface Launch {
  program: RedisProgram;
  /** Lines of its configuration file. */
  settings: readonly string[];
  /** Its working folder. */
  folder: string;
  /** Runs it as a Sentinel. A Sentinel writes what it learns into its configuration file, and reads it at the next start. */
  isSentinel?: boolean;
}

/** Starts the program. If something holds the port, such as a closing connection, waits until the port is free. */
export async function launch(options: Launch): Promise<ChildProcess> {
  const end = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return await launchOnce(options);
    } catch (thrown) {
      if (!String(thrown).includes(PORT_TAKEN) || Date.now() >= end) throw thrown;
      await sleep(PAUSE_MS);
    }
  }
}

async function launchOnce({ program, settings, folder, isSentinel = false }: Launch): Promise<ChildProcess> {
  const lines = `${[...settings, `dir ${folder}`].join('\n')}\n`;
  const file = join(folder, 'sentinel.conf');
  if (isSentinel) writeFileSync(file, lines, { mode: 0o600 });
  // "-" reads the settings from standard input, so that no list of processes shows the password.
  const child = spawn(program, isSentinel ? [file, '--sentinel'] : ['-'], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(isSentinel ? '' : lines);
  const killWithParent = () => void child.kill('SIGKILL');
  process.once('exit', killWithParent);
  child.once('exit', () => process.removeListener('exit', killWithParent));
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`${program} ${why}: ${log.slice(-1000)}`));
    };
    const timer = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS);
    child.once('error', ({ message }) => fail(message));
    child.once('exit', () => fail('ended'));
    child.stdout.on('data', (data: Buffer) => {
      log = (log + data.toString('utf8')).slice(-4000);
      if (!/Ready to accept connections|Sentinel ID is/.test(log)) return;
      clearTimeout(timer);
      resolve();
    });
  });
  return child;
}
