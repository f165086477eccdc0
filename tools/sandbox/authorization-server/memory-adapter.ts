import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Entry {
  payload: AdapterPayload;
  /** Unix milliseconds. */
  expiresAt: number;
}

/** Keeps in memory what the provider stores, by model and id. */
export class MemoryStorage {
  private readonly entries = new Map<string, Entry>();

  /** For the provider's `adapter` option. */
  readonly adapterFor = (model: string): Adapter => ({
    upsert: async (id, payload, expiresIn) => {
      const lifetimeMs = expiresIn === undefined ? Number.POSITIVE_INFINITY : expiresIn * 1000;
      this.entries.set(keyOf(model, id), { payload, expiresAt: Date.now() + lifetimeMs });
    },
    find: async (id) => this.read(keyOf(model, id)),
    findByUid: async (uid) => this.search(model, (payload) => payload.uid === uid),
    findByUserCode: async (code) => this.search(model, (payload) => payload.userCode === code),
    consume: async (id) => {
      const payload = this.read(keyOf(model, id));
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
    },
    destroy: async (id) => void this.entries.delete(keyOf(model, id)),
    revokeByGrantId: async (grantId) => {
      for (const [key, { payload }] of this.entries) if (payload.grantId === grantId) this.entries.delete(key);
    },
  });

  /** Forgets everything stored for a model. */
  forget(model: string): void {
    for (const key of this.entries.keys()) if (key.startsWith(`${model}:`)) this.entries.delete(key);
  }

  private read(key: string): AdapterPayload | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (Date.now() < entry.expiresAt) return entry.payload;
    this.entries.delete(key);
    return undefined;
  }

  private search(model: string, matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const [key, { payload }] of this.entries) {
      if (key.startsWith(`${model}:`) && matches(payload)) return this.read(key);
    }
    return undefined;
  }
}

function keyOf(model: string, id: string): string {
  return `${model}:${id}`;
}
