import { functionDataSchema } from '@cognigy/rest-api-client/build/shared/interfaces/resources/IFunction';
import { omit } from 'lodash';
import { badRequest } from '../api-error';
import type { Clock } from '../clock';
import type { FunctionRuntime } from '../functions/runtime';
import { isJsonObject } from '../json';
import { changeCheck, creationCheck } from './body-check';
import { crudRoutes } from './crud';
import { EntityStore, type Entity } from './entities';
import { functionInstanceRoutes } from './function-instances';
import type { Projects } from './projects';
import { created, type ManagementResource } from './route';

interface FunctionData {
  name: string;
  code: string;
  isDisabled: boolean;
}

export type StoredFunction = Entity<FunctionData>;

const checkCreation = creationCheck(functionDataSchema, ['name']);
const checkChange = changeCheck(functionDataSchema);
const EMPTY_FUNCTION = 'export default async () => {};';

/** The Functions: as entities, and in the runtime. */
export class Functions {
  readonly functions: EntityStore<FunctionData>;

  constructor(
    clock: Clock,
    private readonly runtime: FunctionRuntime,
  ) {
    this.functions = new EntityStore('Function', clock);
  }

  /** @throws ApiError 400 if the platform would not save the code */
  create(projectId: string, { name, code = EMPTY_FUNCTION, isDisabled = false }: Partial<FunctionData>): StoredFunction {
    if (name === undefined) throw badRequest('a Function needs a name');
    const id = this.runtime.create({ name, code });
    return this.functions.add(projectId, { name, code, isDisabled }, id);
  }

  /** Throws as `create` does, and then changes nothing. */
  update(stored: StoredFunction, changes: Partial<FunctionData>): void {
    this.runtime.update(stored._id, changes);
    this.functions.change(stored, changes);
  }

  /** Removes the Function and stops its instances. */
  remove(stored: StoredFunction): void {
    this.runtime.remove(stored._id);
    this.functions.remove(stored);
  }

  /**
   * @returns the instance's id
   * @throws ApiError 400 if the Function is disabled, or if the parameters are not acceptable
   */
  trigger({ _id, isDisabled }: StoredFunction, body: unknown): string {
    if (isDisabled) throw badRequest('the Function is disabled');
    // As on the platform, a body without `parameters` starts an instance without parameters.
    return this.runtime.trigger(_id, isJsonObject(body) ? (body.parameters ?? {}) : {});
  }
}

/** `/functions`: the Functions, their triggers and their instances. */
export function functionsResource(functions: Functions, runtime: FunctionRuntime, projects: Projects): ManagementResource {
  const store = functions.functions;
  return {
    path: 'functions',
    routes: [
      ...crudRoutes({
        store,
        projects,
        toItem: (stored) => omit(stored, 'code'),
        create: (body) => {
          const { projectId, ...data } = checkCreation(body);
          return functions.create(projects.find(projectId)._id, data);
        },
        change: (stored, body) => functions.update(stored, checkChange(body)),
        remove: (stored) => functions.remove(stored),
      }),
      {
        method: 'post',
        path: '/:id/trigger',
        answer: ({ params, body }) => created({ functionInstanceId: functions.trigger(store.find(params.id), body) }),
      },
      ...functionInstanceRoutes(runtime, (id) => store.find(id)._id),
    ],
  };
}
