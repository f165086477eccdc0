import express from 'express';

import { notFound } from '../api-error';
import { jsonErrors } from '../endpoints/server';
import { listenOnLoopback, type LoopbackServer } from '../loopback-server';
import { createStudioApi } from './api';
import type { StudioWorld } from './api';
import { Consents } from './consents';
import { guardAgainstOtherPages } from './guard';
import type { Timeline } from './timeline';

/**
 * Serves the studio's page and its API on 127.0.0.1. Closing it also cancels a request for consent.
 *
 * @param page the folder with the built page
 * @param port 0 takes a free one
 */
export async function startStudio(
  world: StudioWorld,
  timeline: Timeline,
  page: string,
  port = 0,
): Promise<LoopbackServer> {
  let origin = '';
  const consents = world.authorize && new Consents(world.authorize, timeline);
  const app = express();
  app.disable('x-powered-by');
  app.use(guardAgainstOtherPages(() => origin));
  app.use('/api', createStudioApi(world, timeline, consents));
  app.use(express.static(page, { cacheControl: false }));
  app.use((request, _response, next) => next(notFound(`there is nothing at ${request.path}`)));
  app.use(jsonErrors(world.sandbox.logs, 'studio'));
  const server = await listenOnLoopback(app, port);
  origin = server.origin;
  const close = async (): Promise<void> => {
    await consents?.cancel();
    await server.close();
  };
  return { origin, close };
}
