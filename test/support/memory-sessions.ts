import type { Session } from '../../src/stores/ports/session-storage';

/** Session storage without delay. Values assigned at the top level are copied and visible at once. */
export class MemorySessions {
  private readonly sessions = new Map<string, string>();
  /** If set, the storage fails with it. */
  failure: Error | undefined;

  readonly get = async (userId: string, sessionId: string): Promise<Session> => {
    if (this.failure !== undefined) throw this.failure;
    const key = JSON.stringify([userId, sessionId]);
    const stored = this.sessions.get(key) ?? '{}';
    return new Proxy(JSON.parse(stored) as Session, {
      set: (target, property, value: unknown) => {
        target[String(property)] = value;
        const present = JSON.parse(this.sessions.get(key) ?? '{}') as Session;
        this.sessions.set(key, JSON.stringify({ ...present, [String(property)]: value }));
        return true;
      },
    });
  };

  /** Puts a value into a session, as an older version or an accident might have. */
  plant(sessionId: string, member: string, value: unknown): void {
    const keys = [...this.sessions.keys()].filter((key) => (JSON.parse(key) as string[])[1] === sessionId);
    const first = JSON.stringify(['accessTokenStore', sessionId]);
    for (const key of keys.length > 0 ? keys : [first]) this.sessions.set(key, JSON.stringify({ [member]: value }));
  }

  clear(): void {
    this.sessions.clear();
  }

  /** Everything stored, as text to compare and search. */
  dump(): string {
    return JSON.stringify([...this.sessions].sort());
  }
}
