/**
 * Opens sockets behind the same hooks as every other request: an upgrade is routed like a GET, so who asks, from
 * which page and how often is checked once, in one place, and a refusal is an ordinary answer.
 */
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import type { App } from '../edge/app-type.js';
import { Problem } from '../errors.js';
import { MESSAGE_BYTES_MAX } from './session.js';

interface Arrival {
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly onError: () => void;
}

export class Upgrades {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    clientTracking: false,
  });
  readonly #arrivals = new WeakMap<IncomingMessage, Arrival>();

  attach(app: App): void {
    app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      // Node takes its own listener away before this event: an error now must not end the process.
      const onError = (): void => void socket.destroy();
      socket.on('error', onError);
      this.#arrivals.set(request, { socket, head, onError });
      const response = new ServerResponse(request);
      // For node's types only a TCP socket can be assigned; every upgrade comes over one.
      Reflect.apply(response.assignSocket, response, [socket]);
      // Whatever was answered instead of opening it, the line has no further use.
      response.once('finish', () => void socket.destroy());
      app.routing(request, response);
    });
  }

  /** Turns the request into a socket, if it is one that wants to be. */
  open(
    request: FastifyRequest,
    reply: FastifyReply,
    opened: (socket: WebSocket, line: Duplex) => void,
  ): FastifyReply {
    const arrival = this.#arrivals.get(request.raw);
    if (!arrival) throw new Problem('upgrade_required');
    reply.hijack();
    arrival.socket.removeListener('error', arrival.onError);
    this.#server.handleUpgrade(request.raw, arrival.socket, arrival.head, (socket) =>
      opened(socket, arrival.socket),
    );
    return reply;
  }
}
