/** What the bot's users see. */
export interface TrafficCounts {
  executions: number;
  failed: number;
  /** How often a token came from each `source`. */
  sources: Record<string, number>;
}

export interface Traffic {
  counts: TrafficCounts;
  /** Sends no new messages. Resolves when the last one is answered. */
  stop(): Promise<void>;
}

/** Time between two messages, milliseconds. */
const PAUSE_MS = 500;
/** If the machine answers more slowly than users write, they wait, so that the work doesn't pile up. */
const MOST_UNDER_WAY = 2;
/** How many messages a user sends before the next user comes. */
const MESSAGES_PER_CONVERSATION = 4;

/** Sends chat messages to the Endpoint at a steady pace, as users would. */
export function startTraffic(endpointUrl: string, onAnswer: (ok: boolean, text: string) => void): Traffic {
  const counts: TrafficCounts = { executions: 0, failed: 0, sources: {} };
  const underWay = new Set<Promise<void>>();
  let sent = 0;
  const send = () => {
    if (underWay.size >= MOST_UNDER_WAY) return;
    const conversation = `visitor-${Math.floor(sent / MESSAGES_PER_CONVERSATION) + 1}`;
    sent += 1;
    const message = sendMessage(endpointUrl, conversation).then((text) => {
      counts.executions += 1;
      const [, status, source] = /^status: (\d+), source: (\w+)$/.exec(text) ?? [];
      const ok = status === '200' && source !== undefined;
      if (ok) counts.sources[source] = (counts.sources[source] ?? 0) + 1;
      else counts.failed += 1;
      onAnswer(ok, text);
    });
    underWay.add(message);
    void message.finally(() => underWay.delete(message));
  };
  const timer = setInterval(send, PAUSE_MS);
  send();
  return {
    counts,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}

async function sendMessage(endpointUrl: string, conversation: string): Promise<string> {
  try {
    const response = await fetch(endpointUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId: conversation, sessionId: conversation, text: 'hello', data: {} }),
    });
    const { text } = (await response.json()) as { text?: unknown };
    return typeof text === 'string' ? text : `HTTP ${response.status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
