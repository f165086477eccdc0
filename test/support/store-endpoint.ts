import crypto from 'node:crypto';

import type { Transport } from '../../src/http';
import type { StoreOperation } from '../../src/stores';
import { createStore } from '../../src/transformer/entry';
import type { TransformerConfig } from '../../src/transformer/entry';
import type { Session } from '../../src/stores/ports/session-storage';

export const ENDPOINT_SECRET = 'canary-endpoint-secret-6f1e';
export const ENDPOINT_URL = 'https://endpoint.example.com/0123456789abcdef';

export interface Handled {
  /** The HTTP status of the answer, if there was one. */
  status: number | undefined;
  body: unknown;
  headers: Record<string, string>;
  /** What the handler returned. `null` means that the Flow does not run. */
  returned: unknown;
}

/** An Endpoint that runs the transformer's source. Its clock is `Date.now`. */
export class StoreEndpoint {
  readonly logs: string[] = [];
  readonly store: ReturnType<typeof createStore>;

  constructor(
    getSessionStorage: (userId: string, sessionId: string) => Promise<Session>,
    config: Partial<TransformerConfig> = {},
  ) {
    const log = (message: string) => void this.logs.push(message);
    this.store = createStore(
      { endpointSecret: ENDPOINT_SECRET, ...config },
      { crypto, getSessionStorage, console: { warn: log, error: log } },
    );
  }

  /** Passes a body to the transformer, as Express does. */
  async post(body: unknown): Promise<Handled> {
    const handled: Handled = { status: undefined, body: undefined, headers: {}, returned: undefined };
    const response = {
      status: (code: number) => {
        handled.status = code;
        return response;
      },
      set: (header: string, value: string) => {
        handled.headers[header.toLowerCase()] = value;
        return response;
      },
      json: (answer: unknown) => {
        handled.body = JSON.parse(JSON.stringify(answer));
        return response;
      },
    };
    handled.returned = await this.store.handleRequest({ request: { body }, response });
    return handled;
  }

  /** Sends an operation with the right secret. */
  operate(operation: StoreOperation): Promise<Handled> {
    return this.post({ endpointSecret: ENDPOINT_SECRET, tokenStore: operation });
  }

  /** A transport for `EndpointStore`. Bodies pass through JSON, as on the wire. */
  readonly transport: Transport = async ({ body }) => {
    const handled = await this.post(JSON.parse(JSON.stringify(body)));
    if (handled.returned !== null) return { status: 200, headers: {}, data: { text: '', data: {}, outputStack: [] } };
    return { status: handled.status ?? 200, headers: handled.headers, data: handled.body };
  };
}
