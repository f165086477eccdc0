import { API_METHOD, type SendCall } from '../http-calls';

/** What code inside the VM can call in the runtime. Only primitives and JSON text cross this boundary. */
export interface FunctionBridge {
  now(): number;
  random?: (() => number) | undefined;
  log(level: string, text: string): void;
  setTimer(callback: () => void, delayMs: number): number;
  call(method: 'httpRequest' | 'inject' | 'notify', ...sent: Parameters<SendCall>): void;
}

/** Installs `setTimeout`, `console` and `Math.random`. Returns what starts the exported function. */
export type FunctionBootstrap = (
  bridge: FunctionBridge,
) => (exported: unknown, parametersJson: string, done: () => void, failed: (message: string) => void) => void;

/**
 * Source that runs inside the context. So every object that the Function sees belongs to the context, and the Function
 * can't reach a function of the host.
 */
export const FUNCTION_BOOTSTRAP = `(bridge) => {
  const describe = (value, seen = []) => {
    if (typeof value === 'string') return seen.length ? JSON.stringify(value) : value;
    if (typeof value === 'function') return '[Function]';
    if (typeof value !== 'object' || value === null) return String(value);
    if (seen.includes(value)) return '[Circular]';
    const inside = [...seen, value];
    if (Array.isArray(value)) return '[' + value.map((item) => describe(item, inside)).join(', ') + ']';
    const head = value instanceof Error ? value.stack + ' ' : '';
    const members = Object.keys(value).map((key) => key + ': ' + describe(value[key], inside));
    return head + '{' + members.join(', ') + '}';
  };
  const log = (level) => (...values) => bridge.log(level, values.map((value) => describe(value)).join(' '));
  const define = (key, value) =>
    Object.defineProperty(globalThis, key, { value, writable: true, configurable: true, enumerable: false });
  const levels = ['log', 'info', 'warn', 'error', 'debug'];
  define('console', Object.fromEntries(levels.map((level) => [level, log(level)])));
  define('setTimeout', (callback, delay = 0, ...args) => {
    if (typeof callback !== 'function') throw new TypeError('setTimeout needs a function');
    return bridge.setTimer(() => callback(...args), Number(delay) || 0);
  });
  if (bridge.random) {
    const random = bridge.random;
    Math.random = () => random();
  }
  const call = (method) => (${API_METHOD})((...sent) => bridge.call(method, ...sent));
  const api = { httpRequest: call('httpRequest'), inject: call('inject'), notify: call('notify') };
  return (exported, parametersJson, done, failed) => {
    const main = exported && exported.default ? exported.default : exported;
    if (typeof main !== 'function') {
      failed('the Function has no default export that is a function');
      return;
    }
    Promise.resolve()
      .then(() => main({ parameters: JSON.parse(parametersJson), api }))
      .then(done, (error) => failed(describe(error)));
  };
}`;
