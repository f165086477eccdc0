import type { Clock } from '../clock';
import { readRoutes } from './crud';
import { EntityStore, newId, type Entity } from './entities';
import { page, type Query } from './listing';
import { ok, type ManagementResource } from './route';

interface ProjectData {
  name: string;
  color: string;
  primaryLocaleReference: string;
  liveAgentDefaultInbox: number;
}

interface LocaleData {
  name: string;
  primary: boolean;
  nluLanguage: string;
  fallbackLocaleReference: string | null;
}

export type Locale = Entity<LocaleData>;

/** The organisation's projects. Each has one locale. */
export class Projects {
  readonly locales: EntityStore<LocaleData>;
  private readonly projects: EntityStore<ProjectData>;

  constructor(clock: Clock) {
    this.projects = new EntityStore('project', clock);
    this.locales = new EntityStore('locale', clock);
  }

  add(name: string, id = newId()): Entity<ProjectData> {
    const data = { name: 'English', primary: true, nluLanguage: 'en-US', fallbackLocaleReference: null };
    const locale = this.locales.add(id, data);
    const project = { name, color: 'blue', primaryLocaleReference: locale._id, liveAgentDefaultInbox: 0 };
    return this.projects.add(id, project, id);
  }

  /** @throws ApiError 400, 404 */
  find(projectId: unknown): Entity<ProjectData> {
    return this.projects.find(projectId);
  }

  /** @throws ApiError 400, 404 */
  primaryLocale(projectId: string): Locale {
    return this.locales.find(this.find(projectId).primaryLocaleReference);
  }

  /** Checks the `projectId` of a list's query. @returns `undefined` for all projects @throws ApiError 400, 404 */
  fromQuery({ projectId }: Query): string | undefined {
    return projectId === undefined ? undefined : this.find(projectId)._id;
  }

  list(): Entity<ProjectData>[] {
    return this.projects.list();
  }
}

export function projectsResource(projects: Projects): ManagementResource {
  return {
    path: 'projects',
    routes: [
      { method: 'get', path: '/', answer: ({ query }) => ok(page(projects.list(), query)) },
      { method: 'get', path: '/:id', answer: ({ params }) => ok(projects.find(params.id)) },
    ],
  };
}

export function localesResource(projects: Projects): ManagementResource {
  return { path: 'locales', routes: readRoutes({ store: projects.locales, projects }) };
}
