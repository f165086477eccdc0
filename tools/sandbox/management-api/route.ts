import type { Request } from 'express';

/** What a route answers with; without a body none is sent. */
export interface Answer {
  /** HTTP status. */
  status: number;
  body?: unknown;
}

export interface ManagementRoute {
  method: 'get' | 'post' | 'patch' | 'delete';
  /** Below the resource's own, e.g. `/:id`. */
  path: string;
  /** Makes the change. Throws ApiError. */
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

/** What PATCH and DELETE answer with. */
export const NO_CONTENT: Answer = { status: 204 };
