import { randomBytes, randomUUID } from 'node:crypto';
import { badRequest, notFound } from '../api-error';
import type { Clock } from '../clock';
import { isId } from './body-check';

/** What every entity has; the times are Unix seconds. */
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

/** Whose API key it is. */
const USER_ID = '0000000000000000000000aa';

export function newId(): string {
  return randomBytes(12).toString('hex');
}

/** The entities of one kind, of all projects, in the order they were made. */
export class EntityStore<T extends object> {
  private readonly entities = new Map<string, Entity<T>>();

  /** @param kind as messages name it, e.g. `Function` */
  constructor(
    private readonly kind: string,
    private readonly clock: Clock,
  ) {}

  /** @param id of something that has one already */
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

  /** @throws ApiError 400 for what is no id, 404 for one that nothing has */
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

  /** @param projectId those of one project only */
  list(projectId?: string): Entity<T>[] {
    return [...this.entities.values()].filter((entity) => projectId === undefined || entity.projectReference === projectId);
  }

  private now(): number {
    return Math.floor(this.clock.now() / 1000);
  }
}
