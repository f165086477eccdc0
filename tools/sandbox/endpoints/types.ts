import type { FlowNode, FlowOutput } from '../flows';
import type { TransformerKind } from '../transformers/transformer';

export type EndpointType = TransformerKind;

export interface EndpointDefinition {
  type: EndpointType;
  name: string;
  /** The last part of its URL; made up when absent. */
  urlToken?: string;
  /** The transformer file as pasted; without it a REST Endpoint is a plain chat Endpoint. */
  transformer?: string;
  flow: FlowNode[];
}

/** What a test can do to an Endpoint. */
export interface EndpointFault {
  /** The answer comes this much later, milliseconds. */
  delayMs?: number;
  /** There is never an answer. */
  hang?: boolean;
  /** This HTTP status instead of an answer. */
  status?: number;
  /** The connection is closed without an answer. */
  dropConnection?: boolean;
}

/** An output that a webhook or socket Endpoint sent to its user, or a REST Endpoint put into its answer. */
export interface SentOutput {
  userId: string;
  sessionId: string;
  /** What `handleOutput` made of it. */
  output: unknown;
  kind: 'output' | 'notify';
}

/** The answer of a REST Endpoint. */
export interface RestAnswer {
  text: string;
  data: FlowOutput['data'];
  outputStack: Array<FlowOutput & { source: 'bot' }>;
  userId: string;
  sessionId: string;
}
