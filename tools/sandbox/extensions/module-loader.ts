import fs from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { processFacade } from './vm-globals';

/** Built-in modules that could run code outside the VM. */
const REFUSED = new Set(['child_process', 'worker_threads', 'cluster', 'inspector', 'module', 'repl', 'vm']);
const READING = /^(access|createReadStream|exists|fstat|lstat|opendir|readdir|readFile|readlink|read|realpath|stat|statfs|close|Stats|Dirent|Dir|ReadStream)(Sync)?$/;

interface LoadedModule {
  exports: unknown;
}

/** Loads an extension's CommonJS modules into a VM context: its own files and built-in modules, but no packages. */
export class ModuleLoader {
  private readonly cache = new Map<string, LoadedModule>();

  /** @param replaced what to load in place of files (by absolute path) and of built-in modules (by name) */
  constructor(
    private readonly context: vm.Context,
    private readonly root: string,
    replaced: Record<string, unknown> = {},
  ) {
    for (const [file, exports] of Object.entries(replaced)) this.cache.set(file, { exports });
  }

  load(file: string): unknown {
    const cached = this.cache.get(file);
    if (cached !== undefined) return cached.exports;
    const module: LoadedModule = { exports: {} };
    this.cache.set(file, module);
    const source = fs.readFileSync(file, 'utf8');
    if (file.endsWith('.json')) {
      module.exports = vm.runInContext(`(${source})`, this.context, { filename: file });
      return module.exports;
    }
    const wrapper = vm.runInContext(
      `(function (exports, require, module, __filename, __dirname) {${source}\n})`,
      this.context,
      { filename: file },
    ) as (...values: unknown[]) => void;
    const require = (name: string): unknown => this.require(name, path.dirname(file));
    wrapper.call(module.exports, module.exports, require, module, file, path.dirname(file));
    return module.exports;
  }

  private require(name: string, from: string): unknown {
    const builtin = name.replace(/^node:/, '');
    if (builtinModules.includes(builtin)) return this.cache.get(builtin)?.exports ?? loadBuiltin(builtin);
    if (name.startsWith('.') || path.isAbsolute(name)) return this.load(this.resolve(path.resolve(from, name), name));
    throw notFound(name);
  }

  private resolve(target: string, name: string): string {
    if (!target.startsWith(this.root + path.sep)) throw notFound(name);
    const candidates = [target, `${target}.js`, `${target}.json`, path.join(target, 'index.js')];
    const found = candidates.find((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile());
    if (found === undefined) throw notFound(name);
    return found;
  }
}

function loadBuiltin(name: string): unknown {
  const top = name.split('/')[0] ?? name;
  if (REFUSED.has(top)) throw new Error(`the module ${name} is not available to extensions`);
  if (name === 'process') return processFacade();
  if (name === 'fs') return readOnly(fs, { promises: readOnly(fs.promises) });
  if (name === 'fs/promises') return readOnly(fs.promises);
  const builtin: unknown = process.getBuiltinModule(name);
  return builtin;
}

/** A copy of a file system module whose writing functions throw EROFS. */
function readOnly(real: object, replaced: object = {}): object {
  const members = Object.entries(real).map(([key, value]: [string, unknown]) => {
    const refused = typeof value === 'function' && !READING.test(key);
    return [key, refused ? refuseWrite(key) : value] as const;
  });
  return { ...Object.fromEntries(members), ...replaced };
}

function refuseWrite(syscall: string): () => never {
  return () => {
    throw Object.assign(new Error(`EROFS: read-only file system, ${syscall}`), { code: 'EROFS', syscall });
  };
}

function notFound(name: string): Error {
  return Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
}
