import type { FlowNode, FlowOutput } from '../flows';
import type { TransformerKind } from '../transformers/transformer';

export type EndpointType = TransformerKind;

export interface EndpointDefinition {
  type: EndpointType;
  name: string;
  /** The last part of its URL. If absent, the sandbox chooses one. */
  urlToken?: string;
  /** The transformer file as pasted. Without it, a REST Endpoint is a plain chat Endpoint. */
  transformer?: string;
  flow: FlowNode[];
}

/** What a test can do to an Endpoint. */
export interface EndpointFault {
  /** Delays the answer by this much, milliseconds. */
  delayMs?: number;
  /** Never answers. */
  hang?: boolean;
  /** Answers with this HTTP status instead. */
  status?: number;
  /** Closes the connection without an answer. */
  dropConnection?: boolean;
}

/** An output that a webhook or socket Endpoint sent to its user, or that a REST Endpoint put into its answer. */
export interface SentOutput {
  userId: string;
  sessionId: string;
  /** The output after `handleOutput`. */
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
