import type { SessionStorage } from '../../../tools/sandbox';
import type { VirtualClock } from '../../../tools/sandbox/virtual-clock';
import { sleepOn } from '../../support/virtual-time';

type Access = ReturnType<SessionStorage['access']>;

/** What has gone through a session storage. */
export interface StorageLoad {
  reads: number;
  writes: number;
  /** The JSON of all sessions that were read. */
  bytesRead: number;
  /** The JSON of all values that were assigned. */
  bytesWritten: number;
}

export interface ReadTimes {
  /** How long one read takes, milliseconds. */
  readMs: number;
  /** Whether reads that are asked for together wait for each other. */
  reads: 'parallel' | 'serial';
}

/** A session storage that counts, and that takes its time to read. */
export class SlowSessions {
  load: StorageLoad = { reads: 0, writes: 0, bytesRead: 0, bytesWritten: 0 };
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly storage: SessionStorage,
    private readonly clock: VirtualClock,
    private readonly times: ReadTimes,
  ) {}

  access(urlToken: string): Access {
    const access = this.storage.access(urlToken);
    return {
      get: async (userId, sessionId) => {
        await this.takeTime();
        return this.watch(await access.get(userId, sessionId));
      },
      stop: () => access.stop(),
    };
  }

  private takeTime(): Promise<unknown> {
    const { readMs, reads } = this.times;
    if (reads === 'parallel') return sleepOn(this.clock)(readMs);
    this.queue = this.queue.then(() => sleepOn(this.clock)(readMs));
    return this.queue;
  }

  private watch<T extends object>(session: T): T {
    const { load } = this;
    load.reads += 1;
    load.bytesRead += JSON.stringify(session).length;
    return new Proxy(session, {
      set: (target, property, value: unknown) => {
        load.writes += 1;
        load.bytesWritten += JSON.stringify(value).length;
        return Reflect.set(target, property, value);
      },
    });
  }
}
