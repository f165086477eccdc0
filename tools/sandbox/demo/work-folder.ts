import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder for one run. It is gone when the program has ended, however it did, unless it was killed. */
export class WorkFolder {
  private readonly path = mkdtempSync(join(tmpdir(), 'access-token-demo-'));

  constructor() {
    process.once('exit', this.remove);
  }

  /** @returns the whole path */
  write(name: string, content: string): string {
    const file = join(this.path, name);
    writeFileSync(file, content);
    return file;
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  /** The names and contents of all files. */
  text(): string {
    return readdirSync(this.path)
      .map((name) => `${name}\n${this.read(name)}`)
      .join('\n');
  }

  readonly remove = (): void => {
    process.removeListener('exit', this.remove);
    rmSync(this.path, { recursive: true, force: true });
  };
}
