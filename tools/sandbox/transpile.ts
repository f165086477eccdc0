import type { Script } from 'node:vm';
import { transformSync } from 'esbuild';
import { badRequest } from './api-error';
import { messageOf } from './json';
import { compileModule } from './vm-bootstrap';

export interface TranspiledFile {
  /** CommonJS, types removed. */
  code: string;
  script: Script;
}

/** How many files are remembered, so that they need not be transpiled again. */
const REMEMBERED = 16;
const remembered = new Map<string, TranspiledFile>();

/**
 * Transpiles a pasted TypeScript or JavaScript file for the platform's VM.
 * @throws ApiError 400 if it is not valid source
 */
export function transpile(source: string, name: string): TranspiledFile {
  const key = `${name}\n${source}`;
  const known = remembered.get(key);
  if (known) return known;
  const file = translate(source, name);
  const [oldest] = remembered.keys();
  if (oldest !== undefined && remembered.size >= REMEMBERED) remembered.delete(oldest);
  remembered.set(key, file);
  return file;
}

function translate(source: string, name: string): TranspiledFile {
  try {
    const { code } = transformSync(source, {
      loader: 'ts',
      format: 'cjs',
      target: 'es2021',
      sourcefile: `${name}.ts`,
      logLevel: 'silent',
    });
    return { code, script: compileModule(code, `${name}.js`) };
  } catch (error) {
    throw badRequest(`${name} can't be transpiled: ${messageOf(error)}`);
  }
}
