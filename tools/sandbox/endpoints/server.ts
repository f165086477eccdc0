import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { ApiError, notFound } from '../api-error';
import { sleep, type Clock } from '../clock';
import { messageOf } from '../json';
import type { LogBook } from '../log-book';
import type { MessagePipeline } from './messages';
import type { Endpoint, EndpointRegistry } from './registry';
import type { EndpointType } from './types';

type Take = (endpoint: Endpoint, request: Request, response: Response) => Promise<void>;

/** More than the platform itself accepts. */
const MAX_BODY = '2mb';

/** Answers with an error as JSON. Anything but an `ApiError` becomes a 500, and its reason is only logged. */
export function jsonErrors(logBook: LogBook, source: string): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const refusal = toApiError(error, (reason) => logBook.add(source, 'error', reason));
    if (response.headersSent) {
      response.end();
      return;
    }
    response.status(refusal.status).json(refusal.toBody());
  };
}

/**
 * Turns what a route or a body parser has thrown into the answer.
 * @param log gets the reason of a 500
 */
export function toApiError(error: unknown, log: (reason: string) => void): ApiError {
  const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500;
  if (status >= 500) log(messageOf(error));
  if (error instanceof ApiError) return error;
  if (status >= 400 && status < 500) return new ApiError(status, 'Bad Request', messageOf(error));
  return new ApiError(500, 'Internal Server Error', 'the request could not be handled');
}

/** Routes of the Endpoints: `/{URLToken}`, `/inject/{URLToken}`, `/notify/{URLToken}`. */
export function createEndpointApp(
  registry: EndpointRegistry,
  pipeline: MessagePipeline,
  clock: Clock,
  logBook: LogBook,
): Express {
  const app = express();
  app.disable('x-powered-by');

  const route = (types: EndpointType[], take: Take): RequestHandler<{ urlToken: string }> => {
    return async (request, response) => {
      const endpoint = registry.find(request.params.urlToken);
      endpoint.requests += 1;
      if (await isFaulty(endpoint, clock, request, response)) return;
      if (!types.includes(endpoint.type)) throw notFound(`a ${endpoint.type} Endpoint has no ${request.path}`);
      // Transformers read `request.body` of every request, even one without a body.
      request.body ??= {};
      await take(endpoint, request as Request, response);
    };
  };

  app.use(express.json({ limit: MAX_BODY, strict: false }));
  app.post('/inject/:urlToken', route(['webhook', 'socket'], (...message) => pipeline.inject(...message)));
  app.post('/notify/:urlToken', route(['webhook', 'socket'], (...message) => pipeline.notify(...message)));
  app.post(
    '/:urlToken',
    route(['rest', 'webhook'], (endpoint, request, response) =>
      endpoint.type === 'rest'
        ? pipeline.rest(endpoint, request, response)
        : pipeline.webhook(endpoint, request, response),
    ),
  );
  // Senders often verify a webhook with a GET.
  app.get('/:urlToken', route(['webhook'], (...message) => pipeline.webhook(...message)));
  app.use((request, _response, next) => next(notFound(`there is nothing at ${request.path}`)));
  app.use(jsonErrors(logBook, 'endpoints'));
  return app;
}

/** Applies the Endpoint's fault. @returns whether the request has been dealt with */
async function isFaulty(endpoint: Endpoint, clock: Clock, request: Request, response: Response): Promise<boolean> {
  const { delayMs, hang, status, dropConnection } = endpoint.fault;
  if (delayMs !== undefined) await sleep(clock, delayMs);
  if (hang === true) return true;
  if (dropConnection === true) {
    request.socket.destroy();
    return true;
  }
  if (status === undefined) return false;
  response.status(status).json({ title: 'fault', status });
  return true;
}
