import { randomBytes } from 'node:crypto';
import { badRequest, notFound } from '../api-error';
import type { Clock } from '../clock';
import type { FlowNode } from '../flows';
import type { HttpClient } from '../http-client';
import type { LogBook } from '../log-book';
import type { SandboxOptions } from '../options';
import type { SessionStorage } from '../session-storage';
import { createTransformerRequest } from '../transformers/request';
import { Transformer, type HandlerName } from '../transformers/transformer';
import type { EndpointDefinition, EndpointFault, EndpointType, SentOutput } from './types';

export interface Endpoint {
  urlToken: string;
  type: EndpointType;
  name: string;
  flow: FlowNode[];
  transformer: Transformer | undefined;
  /** The handlers that are switched on. If absent, all are. */
  handlers?: ReadonlySet<HandlerName>;
  /** Whether a handler that throws ends the message. If not, the message goes on as if there were no transformer. */
  abortOnError: boolean;
  /** How many HTTP requests and socket messages it got. */
  requests: number;
  fault: EndpointFault;
  sent: SentOutput[];
  /** Users' open connections. They also get what is sent without a message of the user. */
  receivers: Set<(sent: SentOutput) => void>;
}

export interface EndpointRegistryInput {
  clock: Clock;
  options: SandboxOptions;
  logBook: LogBook;
  storage: SessionStorage;
  http: HttpClient;
  /** Returns `http://host:port` of the Endpoints once it is known. */
  origin: () => string | undefined;
}

/** The installation's Endpoints with their transformers. */
export class EndpointRegistry {
  private readonly endpoints = new Map<string, Endpoint>();

  constructor(private readonly input: EndpointRegistryInput) {}

  /** @throws ApiError 400 if the platform would not save the transformer, or if the URL token is in use */
  create(definition: EndpointDefinition): Endpoint {
    const urlToken = definition.urlToken ?? randomBytes(32).toString('hex');
    if (this.endpoints.has(urlToken)) throw badRequest(`the URL token ${urlToken} is in use`);
    const endpoint: Endpoint = {
      urlToken,
      type: definition.type,
      name: definition.name,
      flow: definition.flow,
      transformer: undefined,
      abortOnError: true,
      requests: 0,
      fault: {},
      sent: [],
      receivers: new Set(),
    };
    if (definition.transformer !== undefined) {
      endpoint.transformer = this.loadTransformer(endpoint, definition.transformer);
    }
    this.endpoints.set(urlToken, endpoint);
    return endpoint;
  }

  /** @throws ApiError 400 as `create` does, and the Endpoint keeps its transformer; 404 if there is no such Endpoint */
  updateTransformer(urlToken: string, source: string | undefined): void {
    const endpoint = this.find(urlToken);
    endpoint.transformer = source === undefined ? undefined : this.loadTransformer(endpoint, source);
  }

  /** Removes the Endpoint: nothing answers at its URL any more. */
  remove(urlToken: string): void {
    this.endpoints.delete(urlToken);
  }

  /** @throws ApiError 404 */
  find(urlToken: string): Endpoint {
    const endpoint = this.endpoints.get(urlToken);
    if (endpoint === undefined) throw notFound(`there is no Endpoint ${urlToken}`);
    return endpoint;
  }

  list(): Endpoint[] {
    return [...this.endpoints.values()];
  }

  private loadTransformer(endpoint: Endpoint, source: string): Transformer {
    const { clock, options, logBook, storage, http, origin } = this.input;
    return new Transformer(source, endpoint.type, endpoint.urlToken, {
      clock,
      options,
      logBook,
      openSession: () => storage.access(endpoint.urlToken),
      openRequest: () =>
        createTransformerRequest({
          http,
          maxRequests: options.maxTransformerHttpRequests,
          isEndpointUrl: (url) => isAt(url, origin()),
        }),
    });
  }
}

function isAt(url: string, origin: string | undefined): boolean {
  if (origin === undefined || !URL.canParse(url)) return false;
  const { port, hostname } = new URL(url);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return isLoopback && port === new URL(origin).port;
}
