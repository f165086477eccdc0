/** What a test can do to calls of the management API. */
export interface ManagementFault {
  /** Any method when absent. */
  method?: string;
  /** Below `/new/v2.0`, e.g. `/functions`; in a text `*` is one segment. */
  path: string | RegExp;
  /** The first of the matching calls that is hit, from 1; default 1. */
  nth?: number;
  /** How many matching calls are hit in a row; default 1. */
  times?: number;
  /** Whether nothing was changed yet (default), or the change was made and only its answer is lost. */
  when?: 'before' | 'after';
  /** This HTTP status instead of the answer. */
  status?: number;
  /** `Retry-After` of that answer: seconds or an HTTP date. */
  retryAfter?: number | string;
  /** What that answer says. */
  detail?: string;
  /** This text in place of the answer's JSON, with status 200 unless there is one above. */
  body?: string;
  /** The connection is closed without an answer. */
  dropConnection?: boolean;
  /** There is never an answer. */
  hang?: boolean;
  /** The answer comes this much later, milliseconds. */
  delayMs?: number;
}

interface Placed {
  fault: ManagementFault;
  pattern: RegExp;
  /** Matching calls so far. */
  seen: number;
}

/** The faults that wait for their calls. */
export class FaultPlan {
  private placed: Placed[] = [];

  /** @returns takes it away again */
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

  /** The fault that hits this call; every fault that could counts the call. */
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
  // A pattern with the flag `g` or `y` would remember where it was.
  if (path instanceof RegExp) return new RegExp(path.source, path.flags.replace(/[gy]/g, ''));
  const segments = path.split('/').map((part) => (part === '*' ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${segments.join('/')}/?$`);
}
