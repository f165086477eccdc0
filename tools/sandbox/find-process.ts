import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * A bundled child process of the sandbox. In `dist/` it lies beside the sandbox; from source it is in the nearest
 * `dist/` above.
 */
export function findProcess(fileName: string): string {
  for (let directory = __dirname; ; directory = path.dirname(directory)) {
    const candidates = [path.join(directory, fileName), path.join(directory, 'dist', fileName)];
    const found = candidates.find((file) => existsSync(file));
    if (found !== undefined) return found;
    if (directory === path.dirname(directory)) throw new Error(`${fileName} was not found: run ./build.sh`);
  }
}
