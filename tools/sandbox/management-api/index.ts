import type { Clock } from '../clock';
import type { ConnectionStore } from '../connections';
import type { EndpointRegistry } from '../endpoints/registry';
import type { ExtensionRunner } from '../extensions/runner';
import type { FunctionRuntime } from '../functions/runtime';
import type { LogBook } from '../log-book';
import type { SandboxOptions } from '../options';
import { ConnectionSchemas } from './connection-schemas';
import { Connections, connectionsResource } from './connections';
import { ManagementControl } from './control';
import { Endpoints, endpointsResource } from './endpoints';
import { extensionsResource } from './extension-routes';
import { Extensions } from './extensions';
import { Flows, flowsResource } from './flows';
import { Functions, functionsResource } from './functions';
import { localesResource, Projects, projectsResource } from './projects';
import type { ManagementResource } from './route';
import { TaskQueue, tasksResource, type TaskQueueInput } from './tasks';

/** The parts of the platform that do what the entities describe. */
export interface ManagementInput {
  clock: Clock;
  options: SandboxOptions;
  logBook: LogBook;
  runtime: FunctionRuntime;
  registry: EndpointRegistry;
  extensionRunner: ExtensionRunner;
  connectionStore: ConnectionStore;
  outside: TaskQueueInput['outside'];
}

/** Everything that the management API shows, whether it was made through the API or not. */
export class Management {
  readonly control: ManagementControl;
  readonly resources: ManagementResource[];
  readonly functions: Functions;
  readonly flows: Flows;
  readonly endpoints: Endpoints;
  readonly extensions: Extensions;
  readonly connections: Connections;

  constructor({ clock, options, logBook, runtime, registry, extensionRunner, connectionStore, outside }: ManagementInput) {
    const projects = new Projects(clock);
    projects.add('Sandbox', options.projectId);
    const tasks = new TaskQueue({ clock, options, logBook, outside });
    this.control = new ManagementControl(projects, tasks);
    this.functions = new Functions(clock, runtime);
    this.flows = new Flows(clock, projects);
    this.endpoints = new Endpoints(clock, registry, this.flows, projects);
    const schemas = new ConnectionSchemas(clock);
    this.extensions = new Extensions(clock, extensionRunner, tasks, schemas);
    this.connections = new Connections(clock, connectionStore, this.extensions, options);
    this.resources = [
      projectsResource(projects),
      localesResource(projects),
      tasksResource(tasks, projects),
      extensionsResource(this.extensions, projects),
      flowsResource(this.flows, this.extensions, projects),
      endpointsResource(this.endpoints, projects),
      functionsResource(this.functions, runtime, projects),
      connectionsResource(this.connections, schemas, projects),
    ];
  }
}
