import type { Clock } from '../clock';
import { EntityStore, type Entity } from './entities';

/** A field of a connection type, as its extension describes it. */
interface SchemaField {
  fieldName: string;
  label?: string;
  description?: string;
  params?: object;
  required?: boolean;
}

/** A connection type, as an extension exports it. */
export interface ExportedConnectionType {
  type: string;
  label?: string;
  fields: SchemaField[];
}

/** As the vendor's client reads it (`IConnectionSchemaIndexItem_2_0`). */
interface ConnectionSchemaData {
  /** Package name of the extension. */
  extension: string;
  type: string;
  label: string;
  fields: SchemaField[];
  /** Whether it is one of the platform's own. */
  isCognigy: boolean;
}

/** The connection types of all installed extensions, as entities. */
export class ConnectionSchemas {
  private readonly schemas: EntityStore<ConnectionSchemaData>;

  constructor(clock: Clock) {
    this.schemas = new EntityStore('connection schema', clock);
  }

  /** Sets the connection types of an extension. A type that it had before keeps its id. */
  set(projectId: string, extension: string, types: readonly ExportedConnectionType[]): void {
    const before = this.of(projectId, extension);
    for (const schema of before) if (!types.some(({ type }) => type === schema.type)) this.schemas.remove(schema);
    for (const { type, label = type, fields } of types) {
      const data = { extension, type, label, fields, isCognigy: false };
      const present = before.find((schema) => schema.type === type);
      if (present === undefined) this.schemas.add(projectId, data);
      else this.schemas.change(present, data);
    }
  }

  /** @param projectId lists only the types of this project */
  list(projectId?: string): Array<Entity<ConnectionSchemaData>> {
    return this.schemas.list(projectId);
  }

  private of(projectId: string, extension: string): Array<Entity<ConnectionSchemaData>> {
    return this.schemas.list(projectId).filter((schema) => schema.extension === extension);
  }
}
