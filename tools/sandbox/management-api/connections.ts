import { connectionDataSchema } from '@cognigy/rest-api-client/build/shared/interfaces/resources/IConnection';
import { badRequest } from '../api-error';
import type { Clock } from '../clock';
import type { ConnectionStore } from '../connections';
import type { SandboxOptions } from '../options';
import { changeCheck, creationCheck } from './body-check';
import type { ConnectionSchemas } from './connection-schemas';
import { crudRoutes } from './crud';
import { EntityStore, type Entity } from './entities';
import type { Extensions } from './extensions';
import { page } from './listing';
import type { Projects } from './projects';
import { ok, type ManagementResource } from './route';

type Fields = Record<string, string>;

/** The fields are not here: only the `ConnectionStore` has them. */
interface ConnectionData {
  name: string;
  /** Package name of the extension. */
  extension: string;
  type: string;
  isDeprecated: boolean;
}

export type StoredConnection = Entity<ConnectionData>;

interface NewConnection extends ConnectionData {
  fields: Fields;
}

const { fields: fieldsSchema } = (connectionDataSchema as { properties: { fields: object } }).properties;
const checkCreation = creationCheck(connectionDataSchema, ['name', 'fields', 'type', 'extension']);
const checkChange = changeCheck({ properties: { fields: fieldsSchema } });
const HIDDEN = '********';

/** The connections: as entities, and in the store from which nodes get their fields. */
export class Connections {
  readonly connections: EntityStore<ConnectionData>;

  constructor(
    clock: Clock,
    private readonly store: ConnectionStore,
    private readonly extensions: Extensions,
    private readonly options: Pick<SandboxOptions, 'connectionFieldsInAnswers'>,
  ) {
    this.connections = new EntityStore('connection', clock);
  }

  /**
   * Adds a connection for a test's nodes. No extension need have its type, so its fields are not checked against one.
   * @throws ApiError 400 if the platform would not save the fields
   */
  add(projectId: string, { name, type, extension, fields }: Omit<NewConnection, 'isDeprecated'>): StoredConnection {
    const id = this.store.create({ type, fields });
    const connection = this.connections.add(projectId, { name, type, extension, isDeprecated: false }, id);
    this.store.addName(id, connection.referenceId);
    return connection;
  }

  /** @throws ApiError 400 if the platform would not save the fields, or if they don't fit the connection's type */
  create(projectId: string, data: NewConnection): StoredConnection {
    this.checkFields(projectId, data, data.fields);
    return this.add(projectId, data);
  }

  /** Replaces all fields. Throws as `create` does. */
  update(connection: StoredConnection, fields: Fields): void {
    this.checkFields(connection.projectReference, connection, fields);
    this.store.update(connection._id, { type: connection.type, fields });
    this.connections.change(connection, {});
  }

  remove(connection: StoredConnection): void {
    this.store.remove(connection._id);
    this.connections.remove(connection);
  }

  /** The connection with its fields, as the installation shows them. */
  view(connection: StoredConnection): object {
    const { connectionFieldsInAnswers } = this.options;
    const shown = Object.entries(this.store.fields(connection._id)).map(([key, value]) => {
      return [key, connectionFieldsInAnswers === 'hidden' ? HIDDEN : value];
    });
    return { ...connection, fields: Object.fromEntries(shown) as Fields };
  }

  private checkFields(projectId: string, { extension, type }: ConnectionData, fields: Fields): void {
    const schema = this.extensions.connectionType(projectId, extension, type);
    if (schema === undefined) throw badRequest(`no extension ${extension} of the project has a connection type ${type}`);
    const unknown = Object.keys(fields).find((name) => !schema.fields.includes(name));
    if (unknown !== undefined) throw badRequest(`the connection type ${type} has no field ${unknown}`);
    const missing = schema.requiredFields.find((name) => fields[name] === undefined);
    if (missing !== undefined) throw badRequest(`the connection type ${type} needs the field ${missing}`);
  }
}

/** `/connections`: the connections and the connection types. */
export function connectionsResource(connections: Connections, schemas: ConnectionSchemas, projects: Projects): ManagementResource {
  return {
    path: 'connections',
    routes: [
      // Must come before `/:id`, which would match it too.
      {
        method: 'get',
        path: '/schemas',
        answer: ({ query }) => ok(page(schemas.list(projects.fromQuery(query)), query)),
      },
      ...crudRoutes({
        store: connections.connections,
        projects,
        toView: (connection) => connections.view(connection),
        create: (body) => {
          const { projectId, ...data } = checkCreation(body);
          return connections.create(projects.find(projectId)._id, data as unknown as NewConnection);
        },
        change: (connection, body) => {
          const { fields } = checkChange(body);
          if (fields !== undefined) connections.update(connection, fields as Fields);
        },
        remove: (connection) => connections.remove(connection),
      }),
    ],
  };
}
