import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Finds the file of a bundled child process. The built sandbox has it in its own folder; for the sources, it is in the nearest
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
