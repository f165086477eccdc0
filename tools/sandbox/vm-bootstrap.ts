import vm from 'node:vm';

/** Source that runs inside a context. It makes `Date` read the given clock, and changes nothing else in `Date`. */
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
 * Makes a VM context with only the language's own globals. V8 adds `console` and `WebAssembly` to every context; they are
 * not part of ECMAScript, so they are removed.
 * @param now what `Date` in the context reads, Unix milliseconds
 */
export function createBareContext(now: () => number): vm.Context {
  const context = vm.createContext({});
  vm.runInContext('delete globalThis.console; delete globalThis.WebAssembly;', context);
  setContextClock(context, now);
  return context;
}

/** Makes `Date` in a context read a clock. @param now returns Unix milliseconds */
export function setContextClock(context: vm.Context, now: () => number): void {
  (vm.runInContext(DATE_BOOTSTRAP, context) as (now: () => number) => void)(now);
}

/** Ends a module that loops at its top level, milliseconds. Long enough that a machine that stalls does not reach it. */
const TOP_LEVEL_LIMIT_MS = 60_000;

/** Compiles CommonJS code, so that it can be evaluated in many contexts. @throws SyntaxError */
export function compileModule(code: string, fileName: string): vm.Script {
  const wrapper = `(() => {
    const module = { exports: {} };
    ((module, exports) => {${code}\n})(module, module.exports);
    return module.exports;
  })()`;
  return new vm.Script(wrapper, { filename: fileName });
}

/** Evaluates a module in a context. The module has no `require`. @returns its `module.exports` */
export function evaluateModule(context: vm.Context, script: vm.Script): unknown {
  return script.runInContext(context, { timeout: TOP_LEVEL_LIMIT_MS });
}
