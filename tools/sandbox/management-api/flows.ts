import { createHash } from 'node:crypto';
import { flowDataSchema } from '@cognigy/rest-api-client/build/shared/interfaces/resources/IFlow';
import { badRequest, notFound } from '../api-error';
import type { Clock } from '../clock';
import type { FlowNode } from '../flows';
import type { JsonObject } from '../json';
import { changeCheck, creationCheck } from './body-check';
import { crudRoutes } from './crud';
import { EntityStore, newId, type Entity } from './entities';
import type { Extensions } from './extensions';
import { page } from './listing';
import type { Projects } from './projects';
import { ok, type ManagementResource, type ManagementRoute } from './route';

interface FlowData {
  name: string;
  description?: string;
  context: JsonObject;
  attachedFlows: string[];
  attachedLexicons: string[];
  localeReference: string;
  intentTrainGroupReference: string;
  feedbackReport: null;
  isTrainingOutOfDate: boolean;
  img: string;
}

export type Flow = Entity<FlowData>;

const checkCreation = creationCheck(flowDataSchema, ['name']);
const checkChange = changeCheck(flowDataSchema);

/** The Flows. The API here can't change a Flow's nodes: tests and the demo set them with `setNodes`. */
export class Flows {
  readonly flows: EntityStore<FlowData>;
  private readonly nodes = new Map<string, FlowNode[]>();

  constructor(
    clock: Clock,
    private readonly projects: Projects,
  ) {
    this.flows = new EntityStore('Flow', clock);
  }

  create(projectId: string, data: Pick<FlowData, 'name'> & Partial<FlowData>): Flow {
    const flow = this.flows.add(projectId, {
      context: {},
      attachedFlows: [],
      attachedLexicons: [],
      localeReference: this.projects.primaryLocale(projectId)._id,
      intentTrainGroupReference: newId(),
      feedbackReport: null,
      isTrainingOutOfDate: false,
      img: '',
      ...data,
    });
    this.nodes.set(flow.referenceId, []);
    return flow;
  }

  /**
   * @param flowId its `_id` or its `referenceId`
   * @throws ApiError 404
   */
  setNodes(flowId: string, nodes: FlowNode[]): void {
    const flow = this.flows.list().find(({ _id, referenceId }) => _id === flowId || referenceId === flowId);
    const present = flow && this.nodes.get(flow.referenceId);
    if (present === undefined) throw notFound(`there is no Flow ${flowId}`);
    // Changed in place, because the Flow's Endpoints hold the same array.
    present.splice(0, present.length, ...nodes);
  }

  /**
   * The nodes that an Endpoint with this `flowId` runs. The array changes when the Flow does.
   * @param referenceId of the Flow; an empty text for no Flow
   * @throws ApiError 400 if the project has no such Flow
   */
  nodesOf(projectId: string, referenceId: string): FlowNode[] {
    if (referenceId === '') return [];
    const isOurs = this.flows.list(projectId).some((flow) => flow.referenceId === referenceId);
    const nodes = this.nodes.get(referenceId);
    if (!isOurs || nodes === undefined) throw badRequest('body/flowId is the referenceId of no Flow of the project');
    return nodes;
  }

  /** The nodes of a Flow, including those in branches. */
  chartOf({ referenceId }: Flow): FlowNode[] {
    return withBranches(this.nodes.get(referenceId) ?? []);
  }

  remove(flow: Flow): void {
    this.flows.remove(flow);
    this.nodes.get(flow.referenceId)?.splice(0);
    this.nodes.delete(flow.referenceId);
  }
}

function withBranches(nodes: FlowNode[]): FlowNode[] {
  return nodes.flatMap((node) => {
    const branches: Array<FlowNode[] | undefined> = 'children' in node ? Object.values(node.children ?? {}) : [];
    return [node, ...branches.flatMap((branch) => withBranches(branch ?? []))];
  });
}

/** A node as a list shows it (`IChartNodeIndexItem_2_0`). The same node always gets the same id. */
function chartNode({ id, type }: FlowNode, extension: string): object {
  const digits = createHash('sha256').update(id).digest('hex');
  const referenceId = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  const texts = { label: type, analyticsLabel: '', comment: '', commentColor: '' };
  return { _id: digits.slice(0, 24), referenceId, type, ...texts, isEntryPoint: false, isDisabled: false, extension };
}

export function flowsResource(flows: Flows, extensions: Extensions, projects: Projects): ManagementResource {
  const store = flows.flows;
  const chart: ManagementRoute = {
    method: 'get',
    path: '/:id/chart/nodes',
    answer: ({ params, query }) => {
      const flow = store.find(params.id);
      const extensionOf = ({ type }: FlowNode) => extensions.ofNode(flow.projectReference, type) ?? '@cognigy/basic-nodes';
      return ok(page(flows.chartOf(flow).map((node) => chartNode(node, extensionOf(node))), query));
    },
  };
  return {
    path: 'flows',
    routes: [
      chart,
      ...crudRoutes({
        store,
        projects,
        create: (body) => {
          const { projectId, ...data } = checkCreation(body);
          return flows.create(projects.find(projectId)._id, data as Pick<FlowData, 'name'>);
        },
        change: (flow, body) => store.change(flow, checkChange(body)),
        remove: (flow) => flows.remove(flow),
      }),
    ],
  };
}
