/**
 * A server that closes waits for every line that is not idle: for one that is kept alive until its time is up, and
 * without end for one that never asked anything, as browsers and pools open them ahead of need. While it closes each
 * line ends here once it owes no answer.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { nodeTimer } from '@fairground/journal';

/** How often lines that owe nothing are let go. */
const SWEEP_MS = 50;
/** Whoever has just come in has this long to say what he wants: four sweeps. */
const GRACE_SWEEPS = 4;
/** Every answer has come by then. */
const CLOSE_MS_MAX = 10_000;

export class ClosingLines {
  readonly #server: Server;
  /** Lines on which nothing was asked yet, and the sweeps they have seen. */
  readonly #unused = new Map<Socket, number>();

  constructor(server: Server) {
    this.#server = server;
    const used = ({ socket }: { readonly socket: Socket }): void => this.#drop(socket);
    server.on('connection', (socket) => {
      this.#unused.set(socket, 0);
      socket.once('close', () => this.#drop(socket));
    });
    // Before anybody answers, so that no answer finds its line cut.
    server.prependListener('request', used);
    server.prependListener('upgrade', used);
  }

  /** Ends them until this has settled. */
  async during<T>(closing: Promise<T>): Promise<T> {
    let stop = (): void => {};
    const sweep = (): void => {
      this.#sweep();
      stop = nodeTimer.set(SWEEP_MS, sweep);
    };
    sweep();
    const enough = nodeTimer.set(CLOSE_MS_MAX, () => this.#server.closeAllConnections());
    try {
      return await closing;
    } finally {
      stop();
      enough();
    }
  }

  #sweep(): void {
    this.#server.closeIdleConnections();
    for (const [socket, sweeps] of this.#unused) {
      if (sweeps >= GRACE_SWEEPS) socket.destroy();
      else this.#unused.set(socket, sweeps + 1);
    }
  }

  #drop(socket: Socket): void {
    this.#unused.delete(socket);
  }
}
