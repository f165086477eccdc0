import { timingSafeEqual } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { ApiError, notFound, notImplemented } from '../api-error';
import type { Clock } from '../clock';
import { toApiError } from '../endpoints/server';
import type { LogBook } from '../log-book';
import { Answering } from './answering';
import type { ManagementControl } from './control';
import { toProblem } from './problem';
import type { ManagementResource } from './route';

const BASE = '/new/v2.0';
/** How much a multipart body may have besides the file, bytes. */
const FORM_BYTES = 64 * 1024;

export interface ManagementAppInput {
  apiKey: string;
  /** Largest JSON body, bytes. */
  maxJsonBytes: number;
  /** Largest uploaded file, bytes. */
  maxUploadBytes: number;
  resources: ManagementResource[];
  control: ManagementControl;
  clock: Clock;
  logBook: LogBook;
}

/**
 * The management API. Each request is logged, then its fault is applied, then the API key is checked. After that, the
 * resource with the path answers.
 */
export function createManagementApp(input: ManagementAppInput): Express {
  const { resources, control, clock, logBook } = input;
  const answering = new Answering(control, clock);
  const app = express();
  app.disable('x-powered-by');
  app.use(async (request, response, next) => {
    if (await answering.begin(request, response)) next();
  });
  app.use(authentication(input.apiKey));
  app.use(express.json({ limit: input.maxJsonBytes }));
  app.use(express.raw({ type: 'multipart/form-data', limit: input.maxUploadBytes + FORM_BYTES }));
  for (const { path, routes } of resources) {
    for (const { method, path: rest, answer } of routes) {
      app[method](`${BASE}/${path}${rest === '/' ? '' : rest}`, async (request, response) => {
        await answering.send(request, response, await answer(request));
      });
    }
  }
  app.use(async ({ method, path }, _response, next) => {
    next((await isThePlatforms(method, path)) ? notImplemented(`${method} ${path}`) : notFound(`there is nothing at ${path}`));
  });
  app.use(errors(answering, logBook));
  return app;
}

/** Loads the whole client of the vendor only here, because most sandboxes never need it. */
async function isThePlatforms(method: string, path: string): Promise<boolean> {
  const { isVendorRoute } = await import('./vendor-routes');
  return isVendorRoute(method, path);
}

function authentication(apiKey: string): RequestHandler {
  return (request, _response, next) => {
    const given = request.get('X-API-Key') ?? '';
    next(isSame(given, apiKey) ? undefined : new ApiError(401, 'Unauthorized', 'X-API-Key is missing or wrong'));
  };
}

function errors(answering: Answering, logBook: LogBook): ErrorRequestHandler {
  return async (error: unknown, request, response, _next) => {
    const refusal = toApiError(error, (message) => logBook.add('management-api', 'error', message));
    await answering.send(request, response, { status: refusal.status, body: toProblem(refusal, request.path) });
  };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
