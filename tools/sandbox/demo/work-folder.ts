import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

  /** @returns nothing for a file that is not there */
  readIfThere(name: string): string {
    return existsSync(join(this.path, name)) ? this.read(name) : '';
  }

  /** @returns the names and contents of all files but one */
  textWithout(name: string): string {
    return readdirSync(this.path)
      .filter((other) => other !== name)
      .map((other) => `${other}\n${this.read(other)}`)
      .join('\n');
  }

  readonly remove = (): void => {
    process.removeListener('exit', this.remove);
    rmSync(this.path, { recursive: true, force: true });
  };
}
