import vm from 'node:vm';

/** Source, run inside a context: `Date` reads the given clock; the other uses of `Date` are untouched. */
const DATE_BOOTSTRAP = `(now) => {
  const RealDate = Date;
  RealDate.now = () => now();
  const ClockDate = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
  });
  RealDate.prototype.constructor = ClockDate;
  globalThis.Date = ClockDate;
}`;

/**
 * A VM context with the language's own globals and nothing else: V8 adds `console` and `WebAssembly` to every
 * context, which are no part of ECMAScript and are taken away.
 * @param now what `Date` in the context reads, Unix milliseconds
 */
export function createBareContext(now: () => number): vm.Context {
  const context = vm.createContext({});
  vm.runInContext('delete globalThis.console; delete globalThis.WebAssembly;', context);
  setContextClock(context, now);
  return context;
}

/** Has `Date` in a context read a clock. @param now Unix milliseconds */
export function setContextClock(context: vm.Context, now: () => number): void {
  (vm.runInContext(DATE_BOOTSTRAP, context) as (now: () => number) => void)(now);
}

/** Ends a module whose top level loops, milliseconds; a machine that stalls for a while must not reach it. */
const TOP_LEVEL_LIMIT_MS = 60_000;

/** CommonJS code, ready to be evaluated in many contexts. Throws SyntaxError. */
export function compileModule(code: string, fileName: string): vm.Script {
  const wrapper = `(() => {
    const module = { exports: {} };
    ((module, exports) => {${code}\n})(module, module.exports);
    return module.exports;
  })()`;
  return new vm.Script(wrapper, { filename: fileName });
}

/** Evaluates a module in a context and gives its `module.exports`. There is no `require`. */
export function evaluateModule(context: vm.Context, script: vm.Script): unknown {
  return script.runInContext(context, { timeout: TOP_LEVEL_LIMIT_MS });
}
