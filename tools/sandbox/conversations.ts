import type { JsonObject } from './json';

/** What the platform keeps between the messages of one user in one session. */
export interface Conversation {
  urlToken: string;
  userId: string;
  sessionId: string;
  context: JsonObject;
  profile: JsonObject;
  /** How often the Flow ran. */
  flowRuns: number;
}

/** The conversations of all Endpoints. A conversation begins, and is billed, when its Flow first runs. */
export class ConversationStore {
  private readonly conversations = new Map<string, Conversation>();

  open(urlToken: string, userId: string, sessionId: string): Conversation {
    const key = JSON.stringify([urlToken, userId, sessionId]);
    const present = this.conversations.get(key);
    if (present !== undefined) return present;
    const created: Conversation = { urlToken, userId, sessionId, context: {}, profile: {}, flowRuns: 0 };
    this.conversations.set(key, created);
    return created;
  }

  /** All conversations; the objects themselves, not copies. */
  list(): Conversation[] {
    return [...this.conversations.values()];
  }
}
