import { copyJson, isJsonObject, jsonBytes, messageOf, toJson, type JsonObject } from '../json';
import type { ExecutionLimits, ExecutionRequest, ExecutionResult } from './protocol';

type Recorded = Omit<ExecutionResult, 'durationMs'>;
type ApiMethod = (...values: unknown[]) => unknown;

/** Source that runs inside the VM: an `api` whose methods send JSON to the recorder and get JSON back. */
export const API_BOOTSTRAP = `(names, call) => Object.fromEntries(names.map((name) => [
  name,
  (...values) => {
    const json = call(name, JSON.stringify(values));
    return json === '' ? undefined : JSON.parse(json);
  },
]))`;

/** Records what one execution does through `cognigy.api`, and refuses what exceeds a limit. */
export class ExecutionRecorder {
  readonly result: Recorded;
  private readonly methods: Record<string, ApiMethod>;

  constructor(
    request: ExecutionRequest,
    private readonly limits: ExecutionLimits,
  ) {
    this.result = {
      context: copyJson(request.context),
      input: copyJson(request.input),
      profile: copyJson(request.profile),
      logs: [],
      outputs: [],
      events: [],
      apiCalls: 0,
    };
    this.methods = this.createMethods();
  }

  get methodNames(): string[] {
    return Object.keys(this.methods);
  }

  /** Carries out one call. Arguments and result are JSON; without a result, it is an empty text. */
  call(name: string, valuesJson: string): string {
    const { maxApiCalls, maxApiPayloadBytes, logIsExempt } = this.limits;
    const values = JSON.parse(valuesJson) as unknown[];
    if (!(logIsExempt && name === 'log')) {
      this.result.apiCalls += 1;
      if (this.result.apiCalls > maxApiCalls) {
        this.fail(`an execution may make ${maxApiCalls} API calls; ${name} was not carried out`);
        return '';
      }
    }
    if (values.some((value) => jsonBytes(value) > maxApiPayloadBytes)) {
      this.fail(`an API call may pass ${maxApiPayloadBytes} bytes; ${name} was not carried out`);
      return '';
    }
    return toJson(this.methods[name]?.(...values)) ?? '';
  }

  /** Notes a failure. The Flow sees only the first one. */
  fail(reason: unknown): void {
    this.result.extensionError ??= { message: messageOf(reason) };
    this.result.input.extensionError = this.result.extensionError;
  }

  private createMethods(): Record<string, ApiMethod> {
    const result = this.result;
    const output = (text: unknown, data: unknown): void => {
      result.outputs.push({ text: toText(text), data: isJsonObject(data) ? data : {} });
    };
    return {
      log: (level, text) => void result.logs.push({ level: toText(level), text: toText(text) }),
      output,
      say: output,
      addToContext: (key, value, mode = 'simple') => addTo(result.context, toText(key), value, mode === 'array'),
      setContext: (key, value) => addTo(result.context, toText(key), value, false),
      getContext: (key) => (key === null || key === undefined ? result.context : lookUp(result.context, toText(key))),
      deleteContext: (key) => removeFrom(result.context, toText(key)),
      resetContext: () => {
        result.context = {};
        return {};
      },
      addToInput: (key, value) => addTo(result.input, toText(key), value, false),
      updateProfile: (key, value) => addTo(result.profile, toText(key), value, false),
      setNextNode: (id) => {
        result.nextNodeId = toText(id);
      },
      emitEvent: (name, data) => void result.events.push({ name: toText(name), data }),
    };
  }
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : (toJson(value) ?? '');
}

function addTo(target: JsonObject, dottedKey: string, value: unknown, append: boolean): void {
  const { holder, key } = locate(target, dottedKey);
  if (!append) {
    define(holder, key, value);
    return;
  }
  const present = holder[key];
  define(holder, key, Array.isArray(present) ? [...(present as unknown[]), value] : [value]);
}

function removeFrom(target: JsonObject, dottedKey: string): void {
  const { holder, key } = locate(target, dottedKey);
  delete holder[key];
}

function lookUp(target: JsonObject, dottedKey: string): unknown {
  return dottedKey
    .split('.')
    .reduce<unknown>((value, key) => (isJsonObject(value) ? value[key] : undefined), target);
}

/** Finds the object that holds the last part of a dotted key, and creates what is missing on the way. */
function locate(target: JsonObject, dottedKey: string): { holder: JsonObject; key: string } {
  const keys = dottedKey.split('.');
  const last = keys.pop() ?? '';
  let holder = target;
  for (const key of keys) {
    const next = Object.prototype.hasOwnProperty.call(holder, key) ? holder[key] : undefined;
    if (isJsonObject(next)) holder = next;
    else {
      const created: JsonObject = {};
      define(holder, key, created);
      holder = created;
    }
  }
  return { holder, key: last };
}

/** An assignment would treat `__proto__` as the prototype, not as a key. */
function define(holder: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}
