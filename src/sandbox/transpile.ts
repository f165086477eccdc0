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

/**
 * A pasted TypeScript or JavaScript file as the platform's VM runs it.
 * @throws ApiError 400 when it is not valid source
 */
export function transpile(source: string, name: string): TranspiledFile {
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
