import type { Request, Response } from 'express';
import type { ConversationStore } from '../conversations';
import { runFlow, type FlowOutput, type FlowServices } from '../flows';
import { isJsonObject, type JsonObject } from '../json';
import type { HandlerName } from '../transformers/transformer';
import { mergeInput, transformerError, type FlowInput } from '../transformers/values';
import type { Endpoint } from './registry';
import type { RestAnswer, SentOutput } from './types';

export type FlowCapabilities = Omit<FlowServices, 'onOutput'>;

interface FlowRunOutputs {
  /** As the Flow produced them. */
  outputs: FlowOutput[];
  /** As `handleOutput` returned them. */
  processed: unknown[];
}

type Deliver = (sent: SentOutput) => void;

/** Takes a message through an Endpoint: transformer, Flow, transformer, answer. */
export class MessagePipeline {
  constructor(
    private readonly conversations: ConversationStore,
    private readonly flow: FlowCapabilities,
  ) {}

  /** A message to a REST Endpoint. */
  async rest(endpoint: Endpoint, request: Request, response: Response): Promise<void> {
    const input = await this.receive(endpoint, 'handleInput', { request, response }, request.body);
    if (input === null) {
      // Nothing else would ever answer this request.
      if (!response.headersSent) throw transformerError('handleInput returned null without sending a response');
      return;
    }
    const { outputs, processed } = await this.run(endpoint, input);
    const answer = toRestAnswer(input, processed);
    const finished = await this.handle(endpoint, 'handleExecutionFinished', {
      processedOutput: answer,
      outputs,
      userId: input.userId,
      sessionId: input.sessionId,
      response,
    });
    if (response.headersSent || finished === null) return;
    response.json(finished ?? answer);
  }

  /** A message to a webhook Endpoint. It is acknowledged as soon as it has been read, before the Flow runs. */
  async webhook(endpoint: Endpoint, request: Request, response: Response): Promise<void> {
    const input = await this.receive(endpoint, 'handleInput', { request, response }, request.body);
    if (!response.headersSent) response.status(202).json({});
    if (input !== null) await this.run(endpoint, input);
  }

  /**
   * A message over the connection of a socket Endpoint.
   *
   * @param deliver gets each output as soon as it exists
   * @returns all outputs, or `null` if the transformer kept the message from the Flow
   */
  async socket(endpoint: Endpoint, payload: JsonObject, deliver: Deliver = () => undefined): Promise<unknown[] | null> {
    const input = await this.receive(endpoint, 'handleInput', { payload }, payload);
    return input === null ? null : (await this.run(endpoint, input, deliver)).processed;
  }

  /** Injects a message into a running conversation: the Flow runs as if the user had sent it. */
  async inject(endpoint: Endpoint, request: Request, response: Response): Promise<void> {
    const input = await this.receive(endpoint, 'handleInject', { request, response }, request.body);
    if (!response.headersSent) response.status(200).json({});
    if (input !== null) await this.run(endpoint, input, (sent) => toReceivers(endpoint, sent));
  }

  /** Sends a message to a conversation's user without running the Flow. */
  async notify(endpoint: Endpoint, request: Request, response: Response): Promise<void> {
    const input = await this.receive(endpoint, 'handleNotify', { request, response }, request.body);
    if (!response.headersSent) response.status(200).json({});
    if (input === null) return;
    const { userId, sessionId, text, data } = input;
    const sent: SentOutput = { userId, sessionId, kind: 'notify', output: { text, data } };
    endpoint.sent.push(sent);
    toReceivers(endpoint, sent);
  }

  private async receive(
    endpoint: Endpoint,
    handler: HandlerName,
    argument: JsonObject,
    message: unknown,
  ): Promise<FlowInput | null> {
    return mergeInput(message, await this.handle(endpoint, handler, argument));
  }

  private async run(endpoint: Endpoint, input: FlowInput, deliver: Deliver = () => undefined): Promise<FlowRunOutputs> {
    const { userId, sessionId } = input;
    const conversation = this.conversations.open(endpoint.urlToken, userId, sessionId);
    const outputs: FlowOutput[] = [];
    const processed: unknown[] = [];
    await runFlow(endpoint.flow, conversation, { ...input, channel: endpoint.type, URLToken: endpoint.urlToken }, {
      ...this.flow,
      onOutput: async (output) => {
        outputs.push(output);
        const argument = { output, processedOutput: output, userId, sessionId };
        const returned = await this.handle(endpoint, 'handleOutput', argument);
        if (returned === null) return;
        const final = returned ?? output;
        processed.push(final);
        const sent: SentOutput = { userId, sessionId, kind: 'output', output: final };
        endpoint.sent.push(sent);
        deliver(sent);
      },
    });
    return { outputs, processed };
  }

  private async handle(endpoint: Endpoint, handler: HandlerName, argument: JsonObject): Promise<unknown> {
    const { transformer, urlToken, type, name, handlers, abortOnError } = endpoint;
    if (transformer === undefined || handlers?.has(handler) === false) return undefined;
    const run = transformer.run(handler, { ...argument, endpoint: { URLToken: urlToken, channel: type, name } });
    // The failure has been logged already.
    return abortOnError ? run : run.catch(() => undefined);
  }
}

function toReceivers({ receivers }: Endpoint, sent: SentOutput): void {
  for (const receive of receivers) receive(sent);
}

function toRestAnswer({ userId, sessionId }: FlowInput, processed: unknown[]): RestAnswer {
  const stack = processed.map((value) => {
    const output = isJsonObject(value) ? value : {};
    const text = typeof output.text === 'string' ? output.text : '';
    return { text, data: isJsonObject(output.data) ? output.data : {}, source: 'bot' as const };
  });
  const texts = stack.map(({ text }) => text).filter((text) => text !== '');
  const data = stack.reduce<JsonObject>((merged, output) => ({ ...merged, ...output.data }), {});
  return { text: texts.join(' '), data, outputStack: stack, userId, sessionId };
}
