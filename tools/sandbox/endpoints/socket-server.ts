import type { IncomingMessage, RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';

import type { Server as Engine } from 'engine.io';
import type { Server as SocketServer } from 'socket.io';
import type { Clock } from '../clock';
import type { LogBook } from '../log-book';
import type { MessagePipeline } from './messages';
import type { EndpointRegistry } from './registry';
import { callerIn, converse, isSocketEndpoint } from './socket-conversation';

/** Where the vendor's client connects to. */
const PATH = '/socket.io/';

export interface SocketServices {
  registry: EndpointRegistry;
  pipeline: MessagePipeline;
  clock: Clock;
  logBook: LogBook;
}

interface Opened {
  engine: Engine;
  server: SocketServer;
}

/**
 * The Socket.IO connections of socket Endpoints, by WebSocket or polling. Clients may have version 2, as the vendor's has,
 * or newer. The library is loaded when the first client connects.
 */
export class SocketConnections {
  private opened: Promise<Opened> | undefined;

  constructor(private readonly services: SocketServices) {}

  /** Handles the requests for Socket.IO, and passes all others on to `listener`. */
  before(listener: RequestListener): RequestListener {
    return (request, response) => {
      if (isForHere(request)) void this.open().then(({ engine }) => engine.handleRequest(request as never, response));
      else listener(request, response);
    };
  }

  /** Handles a client's upgrade to WebSocket. */
  readonly upgrade = (request: IncomingMessage, connection: Duplex, head: Buffer): void => {
    if (isForHere(request)) void this.open().then(({ engine }) => engine.handleUpgrade(request as never, connection, head));
    else connection.destroy();
  };

  /** Ends every connection. */
  async close(): Promise<void> {
    await (await this.opened)?.server.close();
  }

  private open(): Promise<Opened> {
    return (this.opened ??= this.load());
  }

  private async load(): Promise<Opened> {
    const [{ Server: EngineServer }, { Server }] = await Promise.all([import('engine.io'), import('socket.io')]);
    const { services } = this;
    const engine = new EngineServer({
      allowEIO3: true,
      // Refused before there is a connection, so that the client's attempt to connect fails.
      allowRequest: (request, answer) => {
        const caller = callerIn(new URL(request.url ?? '', 'http://localhost').searchParams);
        answer(null, caller === undefined || isSocketEndpoint(services.registry, caller.urlToken));
      },
    });
    const server = new Server({ serveClient: false });
    server.bind(engine);
    server.on('connection', (socket) => void converse(socket, services));
    return { engine, server };
  }
}

function isForHere({ url = '' }: IncomingMessage): boolean {
  return url.startsWith(PATH);
}
