import { transformSync } from 'esbuild';
import { badRequest } from './api-error';
import { messageOf } from './json';

/**
 * A pasted TypeScript or JavaScript file as the platform's VM runs it (CommonJS, types removed).
 * @throws ApiError 400 when it is not valid source
 */
export function transpile(source: string, fileName: string): string {
  try {
    return transformSync(source, {
      loader: 'ts',
      format: 'cjs',
      target: 'es2021',
      sourcefile: fileName,
      logLevel: 'silent',
    }).code;
  } catch (error) {
    throw badRequest(`${fileName} can't be transpiled: ${messageOf(error)}`);
  }
}
