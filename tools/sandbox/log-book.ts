import { inspect } from 'node:util';
import type { Clock } from './clock';

export interface LogEntry {
  /** Unix milliseconds. */
  at: number;
  /** Who logged: `function:<id>`, `transformer:<urlToken>`, `extension:<node type>`, `flow:<urlToken>`. */
  source: string;
  level: string;
  text: string;
}

/** Everything that was logged in the sandbox, in order. */
export class LogBook {
  readonly entries: LogEntry[] = [];

  constructor(private readonly clock: Clock) {}

  add(source: string, level: string, text: string): void {
    this.entries.push({ at: this.clock.now(), source, level, text });
  }

  /** All entries as one text, so that tests can search it for secrets. */
  text(): string {
    return this.entries.map(({ source, level, text }) => `${source} ${level} ${text}`).join('\n');
  }

  /** A `console` that logs here. It formats as Node.js does: an error with all its properties. */
  consoleFor(source: string): Record<string, (...values: unknown[]) => void> {
    const levels = ['log', 'info', 'warn', 'error', 'debug', 'trace'];
    const method = (level: string) => (...values: unknown[]) => this.add(source, level, formatValues(values));
    return Object.fromEntries(levels.map((level) => [level, method(level)]));
  }
}

export function formatValues(values: unknown[]): string {
  return values.map((value) => (typeof value === 'string' ? value : inspect(value, { depth: 8 }))).join(' ');
}
