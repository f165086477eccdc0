import type { HttpRequest, HttpResponse, Transport } from '../../src/http';

export interface RecordedRequest {
  request: HttpRequest;
  /** The caller's time limit, milliseconds. */
  timeoutMs: number;
}

/** What one request gets: an answer, an error to throw, or a function that returns one of them. */
export type ScriptedAnswer = HttpResponse | Error | ((recorded: RecordedRequest) => HttpResponse | Error);

/** Gives each request the next answer of a script, and keeps the requests. The last answer repeats. */
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

/** An answer whose JSON body is text, as from a transport that has not parsed it. */
export function jsonAnswer(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, data: JSON.stringify(body) };
}
