import crypto from 'node:crypto';
import vm from 'node:vm';
import { buildSync } from 'esbuild';
import lodash from 'lodash';
import moment from 'moment';
import * as xmljs from 'xml-js';

/**
 * `uuid` is published as ES modules only. Tests run the sandbox in a CommonJS runner that can't load those, so it is
 * translated here, once.
 */
function loadUuid(): unknown {
  const { outputFiles } = buildSync({
    stdin: { contents: `module.exports = require('uuid');`, resolveDir: __dirname },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    logLevel: 'error',
  });
  const module: { exports: unknown } = { exports: {} };
  const wrapper = `(function (module, require) {${outputFiles[0]?.text ?? ''}\n})`;
  const evaluate = vm.runInThisContext(wrapper, { filename: 'uuid.js' }) as (...values: unknown[]) => void;
  evaluate(module, (name: string) => (name.endsWith('crypto') ? crypto : undefined));
  return module.exports;
}

let uuid: unknown;

/** The modules that a transformer finds as globals. */
export function transformerModules(): Record<string, unknown> {
  uuid ??= loadUuid();
  return { uuid, crypto, _: lodash, moment, xmljs };
}
