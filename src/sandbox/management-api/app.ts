import { timingSafeEqual } from 'node:crypto';
import type { Router} from 'express';
import express, { type Express } from 'express';
import { ApiError, notFound } from '../api-error';
import { jsonErrors } from '../endpoints/server';
import type { LogBook } from '../log-book';

/** A group of routes below `/new/v2.0`. */
export interface ManagementResource {
  /** First part of its paths, e.g. `functions`. */
  path: string;
  routes: Router;
}

/** The management API: every request needs the API key, then each resource takes its own paths. */
export function createManagementApp(apiKey: string, resources: ManagementResource[], logBook: LogBook): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use((request, _response, next) => {
    const given = request.get('X-API-Key') ?? '';
    next(isSame(given, apiKey) ? undefined : new ApiError(401, 'Unauthorized', 'X-API-Key is missing or wrong'));
  });
  app.use(express.json({ limit: '2mb' }));
  for (const { path, routes } of resources) app.use(`/new/v2.0/${path}`, routes);
  app.use((request, _response, next) => next(notFound(`there is nothing at ${request.path}`)));
  app.use(jsonErrors(logBook, 'management-api'));
  return app;
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
