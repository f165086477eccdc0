import { Router } from 'express';
import type { FunctionRuntime } from '../functions/runtime';
import { isJsonObject } from '../json';
import type { ManagementResource } from './app';

/** `/functions`: trigger, instances, stop. */
export function functionsResource(runtime: FunctionRuntime): ManagementResource {
  const routes = Router();

  routes.post('/:id/trigger', (request, response) => {
    const body: unknown = request.body;
    // A body without `parameters` starts an instance without any, as the platform does.
    const parameters = isJsonObject(body) ? (body.parameters ?? {}) : {};
    response.status(201).json({ functionInstanceId: runtime.trigger(request.params.id, parameters) });
  });

  routes.get('/:id/instances', (request, response) => {
    const items = runtime.list(request.params.id);
    response.json({ items, total: items.length, nextCursor: null, previousCursor: null });
  });

  routes.get('/:id/instances/:instanceId', (request, response) => {
    response.json(runtime.get(request.params.id, request.params.instanceId));
  });

  routes.post('/:id/instances/:instanceId/stop', (request, response) => {
    runtime.stop(request.params.id, request.params.instanceId);
    response.json({});
  });

  return { path: 'functions', routes };
}
