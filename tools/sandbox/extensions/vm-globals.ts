import { formatValues } from '../log-book';

/** `console` of the VM; every line goes to `write`. */
function consoleFacade(write: (level: string, text: string) => void): object {
  const levels = ['log', 'info', 'warn', 'error', 'debug', 'trace'];
  return Object.fromEntries(
    levels.map((level) => [level, (...values: unknown[]) => write(level, formatValues(values))]),
  );
}

/** `process` of the VM: enough to find out where code runs, nothing to change it with. */
export function processFacade(): object {
  const stream = { isTTY: false, write: () => true };
  return {
    env: {},
    argv: [],
    execArgv: [],
    pid: 1,
    version: process.version,
    versions: { ...process.versions },
    release: { name: 'node' },
    platform: process.platform,
    arch: process.arch,
    stdout: stream,
    stderr: stream,
    cwd: () => '/',
    nextTick: process.nextTick.bind(process),
    hrtime: process.hrtime.bind(process),
    uptime: () => process.uptime(),
    memoryUsage: () => process.memoryUsage(),
    emitWarning: () => undefined,
    on: () => undefined,
    once: () => undefined,
    [Symbol.toStringTag]: 'process',
  };
}

/**
 * The globals of the VM that an extension runs in: those of a Node.js module, without everything that came to Node.js
 * from the browser (`fetch`, `Response`, `Blob`, `ReadableStream`…), which the platform can't be counted on to have.
 */
export function extensionGlobals(write: (level: string, text: string) => void): Record<string, unknown> {
  return {
    Buffer,
    URL,
    URLSearchParams,
    TextEncoder,
    TextDecoder,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    setImmediate,
    clearImmediate,
    console: consoleFacade(write),
    process: processFacade(),
  };
}
