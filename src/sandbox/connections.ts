import { randomBytes } from 'node:crypto';
import { badRequest, notFound } from './api-error';
import { copyJson, isJsonObject, type JsonObject } from './json';
import type { SandboxOptions } from './options';

export interface Connection {
  type: string;
  fields: Record<string, string>;
}

/** The project's connections. A node's config refers to one as `{connectionId}` and gets its fields. */
export class ConnectionStore {
  private readonly connections = new Map<string, Connection>();

  constructor(
    private readonly options: Pick<SandboxOptions, 'maxConnectionFieldCharacters' | 'maxConnectionFields'>,
  ) {}

  /**
   * @returns the connection's id
   * @throws ApiError 400 for too many fields or a field that is empty or too long
   */
  create(connection: Connection): string {
    const { maxConnectionFieldCharacters: most, maxConnectionFields } = this.options;
    const fields = Object.entries(connection.fields);
    if (fields.length > maxConnectionFields) throw badRequest(`a connection may have ${maxConnectionFields} fields`);
    for (const [name, value] of fields) {
      if (typeof value !== 'string' || value.length < 1 || value.length > most) {
        throw badRequest(`the connection field ${name} must have 1 to ${most} characters`);
      }
    }
    const id = randomBytes(12).toString('hex');
    this.connections.set(id, copyJson(connection));
    return id;
  }

  /**
   * A node's config as the node receives it.
   * @throws ApiError 404 for a connection that does not exist
   */
  resolve(config: JsonObject): JsonObject {
    const resolved = Object.entries(config).map(([key, value]) => {
      if (!isJsonObject(value) || typeof value.connectionId !== 'string') return [key, value];
      const found = this.connections.get(value.connectionId);
      if (found === undefined) throw notFound(`there is no connection ${value.connectionId}`);
      return [key, copyJson(found.fields)];
    });
    return Object.fromEntries(resolved) as JsonObject;
  }
}
