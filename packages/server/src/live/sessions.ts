/** Every open line of this node, so that a revoked key and a shutdown reach all of them. */
import type { Duplex } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { WebSocket } from 'ws';
import type { Vault } from '../vault/vault.js';
import { EventLine } from './event-line.js';
import { CLOSE } from './line.js';
import { Session, type SessionOptions } from './session.js';
import { SocketLine } from './socket-line.js';

type Opening = Omit<SessionOptions, 'line'>;

export class Sessions {
  readonly #open = new Set<Session>();
  readonly #forget: () => void;

  constructor(vault: Vault) {
    this.#forget = vault.onRevoked((keyId) => {
      for (const session of this.#open)
        if (session.keyId === keyId) session.close(CLOSE.revoked, 'revoked');
    });
  }

  get size(): number {
    return this.#open.size;
  }

  /** Where the client speaks too. */
  openSocket(socket: WebSocket, below: Duplex, opening: Opening): void {
    const session = new Session({ ...opening, line: new SocketLine(socket, below) });
    this.#open.add(session);
    socket.on('message', (data, isBinary) =>
      session.take(isBinary || !Buffer.isBuffer(data) ? '' : data.toString('utf8')),
    );
    socket.on('close', () => {
      session.end();
      this.#open.delete(session);
    });
    // A client that breaks the protocol is closed by ws itself; there is nothing to do but not to fall over it.
    socket.on('error', () => session.end());
  }

  /** Where the client only listens. */
  openEvents(reply: FastifyReply, opening: Opening): Session {
    const session = new Session({ ...opening, line: new EventLine(reply) });
    this.#open.add(session);
    reply.raw.once('close', () => {
      session.end();
      this.#open.delete(session);
    });
    return session;
  }

  /** Tells everybody to come back later, elsewhere or here. */
  drain(): void {
    for (const session of this.#open) session.drain();
    this.#forget();
  }
}
