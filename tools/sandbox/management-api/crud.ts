import type { Entity, EntityStore } from './entities';
import { page } from './listing';
import type { Projects } from './projects';
import { created, NO_CONTENT, ok, type ManagementRoute } from './route';

export interface Readable<T extends object> {
  store: EntityStore<T>;
  projects: Projects;
  /** How the list shows an entity. If absent, unchanged. */
  toItem?: (entity: Entity<T>) => object;
  /** How the answer to reading or creating shows an entity. If absent, unchanged. */
  toView?: (entity: Entity<T>) => object;
}

export interface Changeable<T extends object> extends Readable<T> {
  /** @throws ApiError if the body is not acceptable, as `change` does */
  create?: (body: unknown) => Entity<T>;
  change?: (entity: Entity<T>, body: unknown) => void;
  remove: (entity: Entity<T>) => void | Promise<void>;
}

/** `GET /` and `GET /:id`. */
export function readRoutes<T extends object>(readable: Readable<T>): ManagementRoute[] {
  const { store, projects, toItem = asIs, toView = asIs } = readable;
  return [
    {
      method: 'get',
      path: '/',
      answer: ({ query }) => ok(page(store.list(projects.fromQuery(query)).map(toItem), query)),
    },
    { method: 'get', path: '/:id', answer: ({ params }) => ok(toView(store.find(params.id))) },
  ];
}

/** `readRoutes`, and `POST /`, `PATCH /:id` and `DELETE /:id`. */
export function crudRoutes<T extends object>(changeable: Changeable<T>): ManagementRoute[] {
  const { store, toView = asIs, create, change, remove } = changeable;
  const routes = readRoutes(changeable);
  if (create) routes.push({ method: 'post', path: '/', answer: ({ body }) => created(toView(create(body))) });
  if (change) {
    routes.push({
      method: 'patch',
      path: '/:id',
      answer: ({ params, body }) => {
        change(store.find(params.id), body);
        return NO_CONTENT;
      },
    });
  }
  routes.push({
    method: 'delete',
    path: '/:id',
    answer: async ({ params }) => {
      await remove(store.find(params.id));
      return NO_CONTENT;
    },
  });
  return routes;
}

function asIs(entity: object): object {
  return entity;
}
