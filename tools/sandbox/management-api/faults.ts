/** What a test can do to calls of the management API. */
export interface ManagementFault {
  /** If absent, any method. */
  method?: string;
  /** The path below `/new/v2.0`, e.g. `/functions`. In a text, `*` stands for one segment. */
  path: string | RegExp;
  /** The number of the first matching call that is hit, from 1; default 1. */
  nth?: number;
  /** How many matching calls are hit in a row; default 1. */
  times?: number;
  /** Whether the fault comes before the change (default), or after it, so that only the answer is lost. */
  when?: 'before' | 'after';
  /** Answers with this HTTP status instead. */
  status?: number;
  /** `Retry-After` of that answer: seconds or an HTTP date. */
  retryAfter?: number | string;
  /** The `detail` of that answer. */
  detail?: string;
  /** Answers with this text instead of JSON, with the status above or 200. */
  body?: string;
  /** Closes the connection without an answer. */
  dropConnection?: boolean;
  /** Never answers. */
  hang?: boolean;
  /** Delays the answer by this much, milliseconds. */
  delayMs?: number;
}

interface Placed {
  fault: ManagementFault;
  pattern: RegExp;
  /** How many calls have matched so far. */
  seen: number;
}

/** The faults that wait for matching calls. */
export class FaultPlan {
  private placed: Placed[] = [];

  /** @returns removes the fault */
  add(fault: ManagementFault): () => void {
    const placed: Placed = { fault, pattern: toPattern(fault.path), seen: 0 };
    this.placed.push(placed);
    return () => {
      this.placed = this.placed.filter((other) => other !== placed);
    };
  }

  clear(): void {
    this.placed = [];
  }

  /** @returns the fault that hits this call. Every fault that matches the call counts it. */
  next(method: string, path: string): ManagementFault | undefined {
    const hits = this.placed.filter((placed) => {
      const { fault, pattern } = placed;
      if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
      if (!pattern.test(path)) return false;
      placed.seen += 1;
      const first = fault.nth ?? 1;
      return placed.seen >= first && placed.seen < first + (fault.times ?? 1);
    });
    return hits[0]?.fault;
  }
}

function toPattern(path: string | RegExp): RegExp {
  // With the flag `g` or `y`, a pattern would keep its position between calls.
  if (path instanceof RegExp) return new RegExp(path.source, path.flags.replace(/[gy]/g, ''));
  const segments = path.split('/').map((part) => (part === '*' ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${segments.join('/')}/?$`);
}
