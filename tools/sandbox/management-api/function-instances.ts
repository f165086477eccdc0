import type { FunctionRuntime } from '../functions/runtime';
import type { FunctionInstance } from '../functions/types';
import { page } from './listing';
import { ok, type ManagementRoute } from './route';

/** An instance as the list shows it. The times are Unix milliseconds. */
type InstanceItem = Pick<FunctionInstance, '_id' | 'trigger' | 'status' | 'parameters' | 'createdAt'> & {
  error: string;
  finishedAt: number | null;
};

/** @param findFunction returns the id of a Function that exists, or throws ApiError 400, 404 */
export function functionInstanceRoutes(
  runtime: FunctionRuntime,
  findFunction: (id: unknown) => string,
): ManagementRoute[] {
  return [
    {
      method: 'get',
      path: '/:id/instances',
      answer: ({ params, query }) => ok(page(runtime.list(findFunction(params.id)).map(toItem), query)),
    },
    {
      method: 'get',
      path: '/:id/instances/:instanceId',
      answer: ({ params }) => {
        const instance = runtime.get(findFunction(params.id), params.instanceId ?? '');
        return ok({ ...toItem(instance), functionId: instance.functionId });
      },
    },
    {
      method: 'post',
      path: '/:id/instances/:instanceId/stop',
      answer: ({ params }) => {
        runtime.stop(findFunction(params.id), params.instanceId ?? '');
        return ok({});
      },
    },
  ];
}

function toItem({ _id, trigger, status, parameters, error, createdAt, finishedAt }: FunctionInstance): InstanceItem {
  return { _id, trigger, status, parameters, error: error ?? '', createdAt, finishedAt: finishedAt ?? null };
}
