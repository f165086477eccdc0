import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder for one run. It is removed when the program ends, unless it is killed. */
export class WorkFolder {
  private readonly path = mkdtempSync(join(tmpdir(), 'access-token-demo-'));

  constructor() {
    process.once('exit', this.remove);
  }

  /** @returns the absolute path */
  write(name: string, content: string): string {
    const file = join(this.path, name);
    writeFileSync(file, content);
    return file;
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  /** @returns an empty text if there is no such file */
  readIfThere(name: string): string {
    return existsSync(join(this.path, name)) ? this.read(name) : '';
  }

  /** @returns the names and contents of all files except one */
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
