import { formatValues } from '../log-book';

/** The VM's `console`. Every line goes to `write`. */
function consoleFacade(write: (level: string, text: string) => void): object {
  const levels = ['log', 'info', 'warn', 'error', 'debug', 'trace'];
  return Object.fromEntries(
    levels.map((level) => [level, (...values: unknown[]) => write(level, formatValues(values))]),
  );
}

/** The VM's `process`: code can look at its environment, but not change it. */
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
 * The globals of an extension's VM: those of a Node.js module, without what Node.js took over from browsers (`fetch`,
 * `Response`, `Blob`, `ReadableStream`…). The platform may lack these.
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
