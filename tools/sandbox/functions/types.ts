import type { JsonObject } from '../json';

/** The four states that the management API shows. */
export type FunctionInstanceStatus = 'queued' | 'active' | 'done' | 'error';

/** An instance as the management API lists it. */
export interface FunctionInstance {
  _id: string;
  functionId: string;
  status: FunctionInstanceStatus;
  /** As in the trigger. Everyone who may list instances can see them. */
  parameters: JsonObject;
  /** How many requests it sent. */
  httpRequests: number;
  /** How many requests were refused because it had reached the limit. */
  refusedHttpRequests: number;
  /** Lines that the Function logged. */
  log: string[];
  trigger: 'manual';
  /** Unix milliseconds, like the two below. */
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
  /** For the type `request`: the request without headers and body. */
  request?: { method: string; url: string };
}

/** What a Function sent into a conversation with `api.inject` or `api.notify`. */
export interface FunctionMessage {
  kind: 'inject' | 'notify';
  functionId: string;
  instanceId: string;
  payload: unknown;
}

export interface FunctionStats {
  /** How many instances were triggered. */
  instances: number;
  /** How many instances started. */
  hops: number;
  maxHttpRequestsPerInstance: number;
  refusedHttpRequests: number;
  /** The largest number of instances that were active at once. */
  maxActive: number;
}
