import type { JsonObject } from '../json';

/** The four states that the management API shows. */
export type FunctionInstanceStatus = 'queued' | 'active' | 'done' | 'error';

/** An instance as the management API lists it. */
export interface FunctionInstance {
  _id: string;
  functionId: string;
  status: FunctionInstanceStatus;
  /** As triggered, visible to everyone who may list instances. */
  parameters: JsonObject;
  /** Requests that were sent. */
  httpRequests: number;
  /** Requests that were refused because the limit was reached. */
  refusedHttpRequests: number;
  /** Lines that the Function logged. */
  log: string[];
  trigger: 'manual';
  /** Unix milliseconds, as the two below. */
  createdAt: number;
  startedAt?: number;
  finishedAt?: number;
  /** Why the status is `error`. */
  error?: string;
}

export interface FunctionEvent {
  type: 'queued' | 'started' | 'request' | 'ended';
  /** Unix milliseconds. */
  at: number;
  instance: FunctionInstance;
  /** Of a `request`: what was asked, without headers and body. */
  request?: { method: string; url: string };
}

/** `api.inject` and `api.notify`: what a Function sent into a conversation. */
export interface FunctionMessage {
  kind: 'inject' | 'notify';
  functionId: string;
  instanceId: string;
  payload: unknown;
}

export interface FunctionStats {
  /** Instances that were triggered. */
  instances: number;
  /** Instances that started: in a chain, its hops. */
  hops: number;
  maxHttpRequestsPerInstance: number;
  refusedHttpRequests: number;
  /** Most instances that were active at once. */
  maxActive: number;
}
