import { endpointDataSchema } from '@cognigy/rest-api-client/build/shared/interfaces/resources/IEndpoint';
import { omit } from 'lodash';
import { badRequest } from '../api-error';
import type { Clock } from '../clock';
import type { Endpoint, EndpointRegistry } from '../endpoints/registry';
import type { EndpointDefinition } from '../endpoints/types';
import { changeCheck, creationCheck } from './body-check';
import { CHANNELS } from './channels';
import { crudRoutes } from './crud';
import { defaultEndpoint, type EndpointData } from './endpoint-data';
import { EntityStore, type Entity } from './entities';
import type { Flows } from './flows';
import type { Projects } from './projects';
import type { ManagementResource } from './route';
import { ALL_SWITCHED_ON, handlersOf, type TransformerSettings } from './transformer-settings';

export type StoredEndpoint = Entity<EndpointData>;
/** The members of a body. Its `transformer` may have only some of the settings. */
type EndpointChanges = Partial<Omit<EndpointData, 'transformer'>> & { transformer?: Partial<TransformerSettings> };

/** Without the URL token, which the platform chooses. */
const SCHEMA = { properties: omit((endpointDataSchema as { properties: object }).properties, 'URLToken') };
const checkCreation = creationCheck(SCHEMA, ['channel', 'name']);
const checkChange = changeCheck(SCHEMA);

/** The Endpoints: as entities, and in the registry where they answer. */
export class Endpoints {
  readonly endpoints: EntityStore<EndpointData>;

  constructor(
    clock: Clock,
    private readonly registry: EndpointRegistry,
    private readonly flows: Flows,
    private readonly projects: Projects,
  ) {
    this.endpoints = new EntityStore('Endpoint', clock);
  }

  /**
   * Adds an Endpoint with the Flow of a test or of the demo.
   * @throws ApiError 400 if the platform would not save the transformer, or if the URL token is in use
   */
  add(projectId: string, definition: EndpointDefinition): StoredEndpoint {
    const { type, name, transformer = '' } = definition;
    const { urlToken, transformer: running } = this.registry.create(definition);
    const settings = { ...ALL_SWITCHED_ON, transformer, transpiledTransformer: running?.code ?? '' };
    const channel = type === 'webhook' ? 'generic' : type;
    const base = defaultEndpoint({ channel, name, projectId, urlToken, localeId: this.localeOf(projectId) });
    return this.endpoints.add(projectId, { ...base, transformer: settings });
  }

  /** @throws ApiError 400 if the project has no such Flow, or if the platform would not save the transformer */
  create(projectId: string, { transformer = {}, ...changes }: EndpointChanges): StoredEndpoint {
    const { channel = '', name = '', flowId = '' } = changes;
    const type = CHANNELS.get(channel);
    if (type === undefined) throw badRequest('body/channel is no channel');
    const flow = this.flows.nodesOf(projectId, flowId);
    const running = this.registry.create({ type, name, flow });
    const base = defaultEndpoint({ channel, name, projectId, urlToken: running.urlToken, localeId: this.localeOf(projectId) });
    try {
      const settings = { ...base.transformer, ...transformer };
      this.apply(running, settings);
      return this.endpoints.add(projectId, { ...base, ...changes, transformer: settings });
    } catch (error) {
      this.registry.remove(running.urlToken);
      throw error;
    }
  }

  /** Throws as `create` does, and then changes nothing. */
  update(stored: StoredEndpoint, { transformer, ...changes }: EndpointChanges): void {
    const { channel = stored.channel, name = stored.name, flowId } = changes;
    // The channel determines the kind of transformer.
    if (channel !== stored.channel) throw badRequest('body/channel can\'t be changed');
    const running = this.registry.find(stored.URLToken);
    const flow = flowId === undefined ? running.flow : this.flows.nodesOf(stored.projectReference, flowId);
    const settings = transformer === undefined ? stored.transformer : { ...stored.transformer, ...transformer };
    if (transformer !== undefined) this.apply(running, settings);
    Object.assign(running, { name, flow });
    this.endpoints.change(stored, { ...changes, transformer: settings });
  }

  /** Changes a transformer without the API. `undefined` removes it. */
  updateTransformer(urlToken: string, source: string | undefined): void {
    this.registry.updateTransformer(urlToken, source);
    const stored = this.endpoints.list().find(({ URLToken }) => URLToken === urlToken);
    if (stored === undefined) return;
    const transpiledTransformer = this.registry.find(urlToken).transformer?.code ?? '';
    const settings = { ...stored.transformer, transformer: source ?? '', transpiledTransformer };
    this.endpoints.change(stored, { transformer: settings });
  }

  remove(stored: StoredEndpoint): void {
    this.registry.remove(stored.URLToken);
    this.endpoints.remove(stored);
  }

  private apply(running: Endpoint, settings: TransformerSettings): void {
    this.registry.updateTransformer(running.urlToken, settings.transformer === '' ? undefined : settings.transformer);
    running.handlers = handlersOf(settings);
    running.abortOnError = settings.abortOnError;
    settings.transpiledTransformer = running.transformer?.code ?? '';
  }

  private localeOf(projectId: string): string {
    return this.projects.primaryLocale(projectId).referenceId;
  }
}

export function endpointsResource(endpoints: Endpoints, projects: Projects): ManagementResource {
  return {
    path: 'endpoints',
    routes: crudRoutes({
      store: endpoints.endpoints,
      projects,
      // As on the platform, the list has no transformers and settings.
      toItem: (endpoint) => omit(endpoint, 'transformer', 'settings'),
      create: (body) => {
        const { projectId, ...data } = checkCreation(body);
        return endpoints.create(projects.find(projectId)._id, data);
      },
      change: (stored, body) => endpoints.update(stored, checkChange(body)),
      remove: (stored) => endpoints.remove(stored),
    }),
  };
}
