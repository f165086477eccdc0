import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';

export interface CommandOutcome {
  /** `null` when a signal ended it. */
  code: number | null;
  /** What it wrote to standard error. */
  err: string;
}

/** Runs the built command line as a user does, in a process of its own. */
export class CommandLine {
  /** Everything the commands have printed. */
  printed = '';

  /**
   * @param dist the folder of the built files
   * @param environment the whole environment of the commands
   * @param tell gets what the commands print, line by line
   */
  constructor(
    private readonly dist: string,
    private readonly environment: Record<string, string>,
    private readonly tell: (line: string) => void,
  ) {}

  /** Only the npm package has its manifest next to the program. Its users call the program by name. */
  private shownAs(program: string): string {
    return existsSync(join(this.dist, 'package.json')) ? 'access-token' : `node ${relative(process.cwd(), program)}`;
  }

  /**
   * @param stop ends the command; so does the end of this program
   * @param hear gets each line that the command prints, unchanged
   */
  async run(args: readonly string[], stop?: AbortSignal, hear?: (line: string) => void): Promise<CommandOutcome> {
    const program = join(this.dist, 'cli.js');
    this.tell(`$ ${[this.shownAs(program), ...args].join(' ')}`);
    const child = spawn(process.execPath, [program, ...args], { env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.printed += `${line}\n`;
      this.tell(`  ${line}`);
      hear?.(line);
    });
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const kill = () => void child.kill();
    if (stop?.aborted) kill();
    stop?.addEventListener('abort', kill);
    process.once('exit', kill);
    try {
      return { code: await ended, err };
    } finally {
      stop?.removeEventListener('abort', kill);
      process.removeListener('exit', kill);
      this.printed += err;
    }
  }
}
