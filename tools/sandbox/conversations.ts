import type { JsonObject } from './json';

/** What the platform keeps between two messages of one user in one session. */
export interface Conversation {
  urlToken: string;
  userId: string;
  sessionId: string;
  context: JsonObject;
  profile: JsonObject;
  /** Times that the Flow ran. */
  flowRuns: number;
}

/** The conversations of all Endpoints. One exists, and is billed, from the first time that its Flow runs. */
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

  /** All conversations, live. */
  list(): Conversation[] {
    return [...this.conversations.values()];
  }
}
