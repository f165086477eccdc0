import type { Clock } from './clock';
import { copyJson, type JsonObject } from './json';
import type { SandboxOptions } from './options';

type StorageOptions = Pick<
  SandboxOptions,
  'sessionStorageWriteDelayMs' | 'sessionStorageScope' | 'sessionStorageWrites'
>;

/** One handler's access to the storage. After `stop`, it writes nothing. */
export interface SessionAccess {
  get(userId: string, sessionId: string): Promise<JsonObject>;
  stop(): void;
}

/**
 * The Endpoints' session storage. Only assignments to top-level keys persist. Values are copied when they are written and
 * read. Writes become visible late, and the last one wins.
 */
export class SessionStorage {
  private readonly sessions = new Map<string, JsonObject>();
  private readonly landing = new Set<() => void>();

  constructor(
    private readonly clock: Clock,
    private readonly options: StorageOptions,
  ) {}

  /** `getSessionStorage(userId, sessionId)` for a handler of the Endpoint `urlToken`. */
  async get(urlToken: string, userId: string, sessionId: string): Promise<JsonObject> {
    return this.access(urlToken).get(userId, sessionId);
  }

  /** The storage for one handler run of the Endpoint `urlToken`. */
  access(urlToken: string): SessionAccess {
    let stopped = false;
    return {
      get: async (userId, sessionId) => {
        return this.open(this.keyOf(urlToken, userId, sessionId), () => stopped);
      },
      stop: () => {
        stopped = true;
      },
    };
  }

  /** A copy of everything that is visible by now, by session. */
  dump(): Record<string, JsonObject> {
    return copyJson(Object.fromEntries(this.sessions));
  }

  /** Loses everything stored, as an installation may. Writes that are under way still land. */
  clear(): void {
    this.sessions.clear();
  }

  /** How many writes are under way. */
  get pendingWrites(): number {
    return this.landing.size;
  }

  /** Drops the writes that are under way. Leaves no timer behind. */
  close(): void {
    for (const cancel of this.landing) cancel();
    this.landing.clear();
  }

  private open(key: string, isStopped: () => boolean): JsonObject {
    const loaded = copyJson(this.sessions.get(key) ?? {});
    // What the handler has read and assigned. Changes inside the values that it holds do not get here.
    const seen = copyJson(loaded);
    const write = (property: string): void => {
      if (isStopped()) return;
      if (this.options.sessionStorageWrites === 'session') this.land(key, () => copyJson(seen));
      else {
        const value = copyJson(seen[property]);
        this.land(key, () => withKey(this.sessions.get(key) ?? {}, property, value));
      }
    };
    return new Proxy(loaded, {
      set(target, property, value: unknown) {
        if (typeof property !== 'string') return false;
        const copy = copyJson(value);
        setOwn(target, property, copyJson(copy));
        setOwn(seen, property, copy);
        write(property);
        return true;
      },
      deleteProperty(target, property) {
        if (typeof property !== 'string') return false;
        delete target[property];
        delete seen[property];
        write(property);
        return true;
      },
    });
  }

  private land(key: string, contents: () => JsonObject): void {
    const cancel = this.clock.setTimeout(() => {
      this.landing.delete(cancel);
      this.sessions.set(key, contents());
    }, this.options.sessionStorageWriteDelayMs);
    this.landing.add(cancel);
  }

  private keyOf(urlToken: string, userId: string, sessionId: string): string {
    const scope = this.options.sessionStorageScope === 'endpoint' ? urlToken : '*';
    return JSON.stringify([scope, userId, sessionId]);
  }
}

function withKey(session: JsonObject, key: string, value: unknown): JsonObject {
  const next = copyJson(session);
  if (value === undefined) delete next[key];
  else setOwn(next, key, value);
  return next;
}

/** An assignment would treat `__proto__` as the prototype, not as a key. */
function setOwn(target: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
