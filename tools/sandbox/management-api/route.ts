import type { Request } from 'express';

/** What a route answers with. Without `body`, the answer has no body. */
export interface Answer {
  /** HTTP status. */
  status: number;
  body?: unknown;
}

export interface ManagementRoute {
  method: 'get' | 'post' | 'patch' | 'delete';
  /** The path below the resource's own, e.g. `/:id`. */
  path: string;
  /** Makes the change. @throws ApiError for a request that it refuses */
  answer: (request: Request<Record<string, string>>) => Answer | Promise<Answer>;
}

/** A group of routes below `/new/v2.0`. */
export interface ManagementResource {
  /** First part of its paths, e.g. `functions`. */
  path: string;
  routes: ManagementRoute[];
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

/** The answer to PATCH and DELETE. */
export const NO_CONTENT: Answer = { status: 204 };
