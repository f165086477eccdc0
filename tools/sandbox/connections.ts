import { randomBytes } from 'node:crypto';
import { badRequest, notFound } from './api-error';
import { copyJson, isJsonObject, type JsonObject } from './json';
import type { SandboxOptions } from './options';

export interface Connection {
  type: string;
  fields: Record<string, string>;
}

/** The fields of connections. A node's config refers to a connection as `{connectionId}`; the node gets its fields. */
export class ConnectionStore {
  private readonly connections = new Map<string, Connection>();
  /** The ids of connections, by their other names. */
  private readonly names = new Map<string, string>();

  constructor(
    private readonly options: Pick<SandboxOptions, 'maxConnectionFieldCharacters' | 'maxConnectionFields'>,
  ) {}

  /**
   * @returns the connection's id
   * @throws ApiError 400 if there are too many fields, or if a field is empty or too long
   */
  create(connection: Connection): string {
    const id = randomBytes(12).toString('hex');
    this.update(id, connection);
    return id;
  }

  /** Throws as `create` does, and then changes nothing. */
  update(id: string, connection: Connection): void {
    const { maxConnectionFieldCharacters: most, maxConnectionFields } = this.options;
    const fields = Object.entries(connection.fields);
    if (fields.length > maxConnectionFields) throw badRequest(`a connection may have ${maxConnectionFields} fields`);
    for (const [name, value] of fields) {
      if (typeof value !== 'string' || value.length < 1 || value.length > most) {
        throw badRequest(`the connection field ${name} must have 1 to ${most} characters`);
      }
    }
    this.connections.set(id, copyJson(connection));
  }

  /** @param name another name for it: the platform's Flows use its `referenceId` */
  addName(id: string, name: string): void {
    this.names.set(name, id);
  }

  remove(id: string): void {
    this.connections.delete(id);
  }

  /**
   * A copy of the fields.
   * @throws ApiError 404 for a connection that does not exist
   */
  fields(idOrName: string): Record<string, string> {
    const found = this.connections.get(this.names.get(idOrName) ?? idOrName);
    if (found === undefined) throw notFound(`there is no connection ${idOrName}`);
    return copyJson(found.fields);
  }

  /**
   * Replaces the connections in a node's config by their fields, as the node receives it.
   * @throws ApiError 404 for a connection that does not exist
   */
  resolve(config: JsonObject): JsonObject {
    const resolved = Object.entries(config).map(([key, value]) => {
      if (!isJsonObject(value) || typeof value.connectionId !== 'string') return [key, value];
      return [key, this.fields(value.connectionId)];
    });
    return Object.fromEntries(resolved) as JsonObject;
  }
}
