import type { Socket } from 'socket.io';
import { ApiError, notFound } from '../api-error';
import { sleep } from '../clock';
import { isJsonObject, type JsonObject } from '../json';
import type { Endpoint, EndpointRegistry } from './registry';
import { toApiError } from './server';
import type { SocketServices } from './socket-server';
import type { SentOutput } from './types';

/** The client of a connection, and the Endpoint that it wants. */
interface Caller {
  urlToken: string;
  userId: string;
  sessionId: string;
}

/**
 * Reads the caller from a connection's address.
 *
 * @returns `undefined` if the client sends it over the connection instead (`enableInnerSocketHandshake`)
 */
export function callerIn(query: URLSearchParams): Caller | undefined {
  if (query.get('handshake') === 'true') return undefined;
  // The vendor's client encodes each value, and then its library encodes them again.
  const value = (name: string): string => decoded(query.get(name) ?? '');
  return { urlToken: value('urlToken'), userId: value('userId'), sessionId: value('sessionId') };
}

export function isSocketEndpoint(registry: EndpointRegistry, urlToken: string): boolean {
  return registry.list().some((endpoint) => endpoint.urlToken === urlToken && endpoint.type === 'socket');
}

/** Talks to one client until its connection ends. */
export async function converse(socket: Socket, services: SocketServices): Promise<void> {
  const { registry } = services;
  const query = new URLSearchParams(socket.handshake.query as Record<string, string>);
  const { urlToken, userId, sessionId } = callerIn(query) ?? readCaller(await socket.emitWithAck('handshake'));
  if (!isSocketEndpoint(registry, urlToken)) {
    socket.emit('exception', notFound('there is no socket Endpoint with this URL token').toBody());
    socket.disconnect(true);
    return;
  }
  const endpoint = registry.find(urlToken);
  // Delivers what inject and notify send into a running conversation.
  const receive = (sent: SentOutput): void => {
    if (sent.userId === userId && sent.sessionId === sessionId) say(socket, sent);
  };
  endpoint.receivers.add(receive);
  socket.once('disconnect', () => endpoint.receivers.delete(receive));
  socket.on('processInput', (payload: unknown) => void answer(socket, endpoint, isJsonObject(payload) ? payload : {}, services));
  socket.emit('endpoint-ready');
}

/** Takes a message through the Endpoint, and sends each output as soon as it exists. */
async function answer(socket: Socket, endpoint: Endpoint, payload: JsonObject, services: SocketServices): Promise<void> {
  const { pipeline, logBook } = services;
  endpoint.requests += 1;
  try {
    if (await isLost(socket, endpoint, services)) return;
    socket.emit('typingStatus', { status: 'typingOn' });
    const processed = await pipeline.socket(endpoint, payload, (sent) => say(socket, sent));
    if (processed !== null) socket.emit('finalPing', { type: 'regular' });
  } catch (error) {
    const { detail, status } = toApiError(error, (reason) => logBook.add('endpoints', 'error', reason));
    socket.emit('output', { type: 'error', data: { error: { name: 'CognigyError', message: detail, code: status } } });
  }
  socket.emit('typingStatus', { status: 'typingOff' });
}

/** Applies the Endpoint's fault. @returns whether the message gets no answer @throws ApiError for a fault with a status */
async function isLost(socket: Socket, { fault }: Endpoint, { clock }: SocketServices): Promise<boolean> {
  const { delayMs, hang, status, dropConnection } = fault;
  if (delayMs !== undefined) await sleep(clock, delayMs);
  if (dropConnection === true) socket.disconnect(true);
  if (hang === true || dropConnection === true) return true;
  if (status !== undefined) throw new ApiError(status, 'fault', 'a fault of the sandbox');
  return false;
}

function say(socket: Socket, { output }: SentOutput): void {
  socket.emit('output', { type: 'output', data: output });
}

function readCaller(said: unknown): Caller {
  const { urlToken, userId, sessionId } = isJsonObject(said) ? said : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { urlToken: text(urlToken), userId: text(userId), sessionId: text(sessionId) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The client did not encode twice.
    return text;
  }
}
