import { randomBytes, randomUUID } from 'node:crypto';
import { badRequest, notFound } from '../api-error';
import type { Clock } from '../clock';
import { isId } from './body-check';

/** The members of every entity. The times are Unix seconds. */
export interface EntityMeta {
  _id: string;
  referenceId: string;
  /** The project's id. */
  projectReference: string;
  createdAt: number;
  lastChanged: number;
  createdBy: string;
  lastChangedBy: string;
}

export type Entity<T> = T & EntityMeta;

/** The user who owns the API key. */
const USER_ID = '0000000000000000000000aa';

export function newId(): string {
  return randomBytes(12).toString('hex');
}

/** The entities of one kind in all projects, in the order of their creation. */
export class EntityStore<T extends object> {
  private readonly entities = new Map<string, Entity<T>>();

  /** @param kind its name for messages, e.g. `Function` */
  constructor(
    private readonly kind: string,
    private readonly clock: Clock,
  ) {}

  /** @param id for something that already has an id */
  add(projectId: string, data: T, id = newId()): Entity<T> {
    const now = this.now();
    const entity: Entity<T> = {
      ...data,
      _id: id,
      referenceId: randomUUID(),
      projectReference: projectId,
      createdAt: now,
      lastChanged: now,
      createdBy: USER_ID,
      lastChangedBy: USER_ID,
    };
    this.entities.set(id, entity);
    return entity;
  }

  /** @throws ApiError 400 if it is not an id, 404 if no entity has it */
  find(id: unknown): Entity<T> {
    if (!isId(id)) throw badRequest(`the id of the ${this.kind} must have 24 hexadecimal digits`);
    const entity = this.entities.get(id);
    if (entity === undefined) throw notFound(`there is no ${this.kind} ${id}`);
    return entity;
  }

  change(entity: Entity<T>, changes: Partial<T>): void {
    Object.assign(entity, changes, { lastChanged: this.now() });
  }

  remove(entity: Entity<T>): void {
    this.entities.delete(entity._id);
  }

  /** @param projectId lists only the entities of this project */
  list(projectId?: string): Entity<T>[] {
    return [...this.entities.values()].filter((entity) => projectId === undefined || entity.projectReference === projectId);
  }

  private now(): number {
    return Math.floor(this.clock.now() / 1000);
  }
}
