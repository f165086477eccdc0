import { ApiError } from './api-error';
import type { ChildConfig, ExecutionRequest, ExecutionResult } from './extensions/protocol';
import type { HttpClient } from './http-client';
import { copyJson, isJsonObject, messageOf, toJson, type JsonObject } from './json';
import type { Conversation } from './conversations';
import { resolvePlaceholders, type ScriptScope } from './placeholders';

export interface CodeScope {
  input: JsonObject;
  context: JsonObject;
  profile: JsonObject;
}

/** A node of an extension. `children` are its branches, by the type of the child node. */
export interface ExtensionFlowNode {
  id: string;
  type: string;
  extension: true;
  config: JsonObject;
  children?: Record<string, FlowNode[]>;
}

/** Sends a request, and stores `{status, body}` under `contextKey`, with `error` if there was no answer. */
export interface HttpRequestFlowNode {
  id: string;
  type: 'httpRequest';
  config: {
    method?: string;
    url: string;
    headers?: Record<string, string>;
    body?: unknown;
    contextKey: string;
  };
}

export interface SayFlowNode {
  id: string;
  type: 'say';
  config: { text?: string; data?: JsonObject };
}

/** Goes on in `then` if both sides are equal, else in `else`. */
export interface IfThenElseFlowNode {
  id: string;
  type: 'ifThenElse';
  config: { left: unknown; right: unknown };
  children: { then?: FlowNode[]; else?: FlowNode[] };
}

/** Runs JavaScript, which may change input, context and profile. */
export interface CodeFlowNode {
  id: string;
  type: 'code';
  config: { code: (scope: CodeScope) => void | Promise<void> };
}

export type FlowNode = ExtensionFlowNode | HttpRequestFlowNode | SayFlowNode | IfThenElseFlowNode | CodeFlowNode;

export interface FlowOutput {
  text: string;
  data: JsonObject;
}

export interface FlowServices {
  http: HttpClient;
  execute(request: ExecutionRequest): Promise<ExecutionResult>;
  /** Replaces references to connections by the connections' fields. */
  resolveConnections(config: JsonObject): JsonObject;
  onOutput(output: FlowOutput): Promise<void>;
}

/**
 * Runs the nodes in order. Each node sees the changes of the nodes before it. The Flow goes on if an extension's node
 * fails.
 * @throws ApiError 500 if a code node throws, or if no extension has a node
 */
export async function runFlow(
  nodes: FlowNode[],
  conversation: Conversation,
  input: JsonObject,
  services: FlowServices,
): Promise<JsonObject> {
  conversation.flowRuns += 1;
  const run = new FlowRun(conversation, copyJson(input), services);
  await run.nodes(nodes);
  return run.input;
}

class FlowRun {
  constructor(
    private readonly conversation: Conversation,
    public input: JsonObject,
    private readonly services: FlowServices,
  ) {}

  async nodes(nodes: FlowNode[]): Promise<void> {
    for (const node of nodes) {
      try {
        await this.node(node);
      } catch (error) {
        throw new ApiError(500, 'Internal Server Error', `the Flow's node ${node.id} failed: ${messageOf(error)}`);
      }
    }
  }

  private async node(node: FlowNode): Promise<void> {
    if ('extension' in node) return this.extension(node);
    switch (node.type) {
      case 'httpRequest':
        return this.httpRequest(node.config);
      case 'say':
        return this.say(node.config);
      case 'ifThenElse':
        return this.ifThenElse(node);
      case 'code':
        return this.code(node.config);
    }
  }

  private async extension(node: ExtensionFlowNode): Promise<void> {
    const { conversation, input, services } = this;
    const children = node.children ?? {};
    const childConfigs = Object.keys(children).map((type): ChildConfig => {
      return { id: `${node.id}.${type}`, type, config: {} };
    });
    const result = await services.execute({
      type: node.type,
      nodeId: node.id,
      config: services.resolveConnections(resolvePlaceholders(node.config, this.scope()) as JsonObject),
      childConfigs,
      context: conversation.context,
      input,
      profile: conversation.profile,
    });
    conversation.context = result.context;
    conversation.profile = result.profile;
    this.input = result.input;
    for (const output of result.outputs) await services.onOutput(output);
    const next = childConfigs.find(({ id }) => id === result.nextNodeId);
    if (next !== undefined) await this.nodes(children[next.type] ?? []);
  }

  private async httpRequest(config: HttpRequestFlowNode['config']): Promise<void> {
    const { contextKey, ...request } = resolvePlaceholders(config, this.scope()) as HttpRequestFlowNode['config'];
    let stored: JsonObject;
    try {
      const { method = 'GET', url, headers = {}, body } = request;
      const response = await this.services.http({ method, url, headers, data: body });
      stored = { status: response.status, body: response.data };
    } catch (error) {
      stored = { status: 0, body: null, error: messageOf(error) };
    }
    this.conversation.context = { ...this.conversation.context, [contextKey]: stored };
  }

  private async say(config: SayFlowNode['config']): Promise<void> {
    const { text, data } = resolvePlaceholders(config, this.scope()) as JsonObject;
    const said = typeof text === 'string' ? text : (toJson(text) ?? '');
    await this.services.onOutput({ text: said, data: isJsonObject(data) ? data : {} });
  }

  private async ifThenElse({ config, children }: IfThenElseFlowNode): Promise<void> {
    const { left, right } = resolvePlaceholders(config, this.scope()) as IfThenElseFlowNode['config'];
    await this.nodes((left === right ? children.then : children.else) ?? []);
  }

  private async code(config: CodeFlowNode['config']): Promise<void> {
    const scope = copyJson(this.scope());
    await config.code(scope);
    this.input = copyJson(scope.input);
    this.conversation.context = copyJson(scope.context);
    this.conversation.profile = copyJson(scope.profile);
  }

  private scope(): ScriptScope {
    return { input: this.input, context: this.conversation.context, profile: this.conversation.profile };
  }
}
