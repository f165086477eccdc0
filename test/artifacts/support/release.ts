import { spawn, spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '../../..');
export const REPOSITORY = 'https://github.com/example/access-token';

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** Runs a program to its end, with the environment variables that npm and a shell need. */
export function runIn(cwd: string, program: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const inherited = Object.entries(process.env).filter(([name]) => /^(?:PATH|HOME|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|.*_PROXY|npm_config_.*)$/i.test(name));
  const child = spawn(program, args, { cwd, env: { ...Object.fromEntries(inherited), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ran: Ran = { code: null, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ran.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (ran.err += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...ran, code }));
  });
}

/** @throws Error with the program's output if it fails */
export async function succeed(...call: Parameters<typeof runIn>): Promise<Ran> {
  const ran = await runIn(...call);
  if (ran.code !== 0) throw new Error(`${[call[1], ...call[2]].join(' ')}: exit code ${ran.code ?? 'none'}\n${ran.out}${ran.err}`);
  return ran;
}

/** Makes a release of the sources in `root`. */
export function release(root: string, out: string, env: Record<string, string> = {}): Promise<Ran> {
  return succeed(root, process.execPath, ['tools/build/release.mjs', '--out', out, '--repository', REPOSITORY], env);
}

/** Copies the sources. The dependencies become hard links, which is fast. */
export function copySources(to: string): void {
  const left = ['node_modules', 'dist', 'release', 'coverage', '.git'].map((name) => join(ROOT, name));
  cpSync(ROOT, to, { recursive: true, filter: (path) => !left.includes(path) && !path.endsWith('/node_modules') });
  const [source, target] = [join(ROOT, 'node_modules'), join(to, 'node_modules')];
  if (spawnSync('cp', ['-al', source, target], { stdio: 'ignore' }).status !== 0) cpSync(source, target, { recursive: true, verbatimSymlinks: true });
}
