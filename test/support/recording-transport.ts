import type { HttpRequest, HttpResponse, Transport } from '../../src/http';

export interface RecordedRequest {
  request: HttpRequest;
  /** Milliseconds that the caller was ready to wait. */
  timeoutMs: number;
}

/** What one request meets: an answer, an error that is thrown, or something worked out at that moment. */
export type ScriptedAnswer = HttpResponse | Error | ((recorded: RecordedRequest) => HttpResponse | Error);

/** Plays a script of answers, one a request, and keeps the requests. The script's last answer repeats. */
export class RecordingTransport {
  readonly requests: RecordedRequest[] = [];

  constructor(private readonly script: readonly ScriptedAnswer[]) {}

  readonly send: Transport = async (request, timeoutMs) => {
    const recorded = { request, timeoutMs };
    const next = this.script[Math.min(this.requests.length, this.script.length - 1)];
    this.requests.push(recorded);
    const answer = typeof next === 'function' ? next(recorded) : next;
    if (answer === undefined) throw new Error('The script of answers is empty.');
    if (answer instanceof Error) throw answer;
    return answer;
  };
}

/** An answer with a JSON body, as text: transports need not have parsed it. */
export function jsonAnswer(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, data: JSON.stringify(body) };
}
