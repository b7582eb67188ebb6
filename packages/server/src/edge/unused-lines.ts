/**
 * A server that closes waits for every line that is not idle, and one that never asked anything does not count as
 * idle: browsers and pools open such ahead of need. While it closes they are cut here.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { nodeTimer } from '@fairground/journal';

/** Whoever has just come in has this long to say what he wants. */
const GRACE_MS = 200;

export class UnusedLines {
  #fresh = new Set<Socket>();
  #old = new Set<Socket>();

  constructor(server: Server) {
    const used = ({ socket }: { readonly socket: Socket }): void => this.#drop(socket);
    server.on('connection', (socket) => {
      this.#fresh.add(socket);
      socket.once('close', () => this.#drop(socket));
    });
    // Before anybody answers, so that no answer finds its line cut.
    server.prependListener('request', used);
    server.prependListener('upgrade', used);
  }

  /** Cuts them until this has settled. */
  async during<T>(closing: Promise<T>): Promise<T> {
    let isOver = false;
    const cut = (): void => {
      if (isOver) return;
      for (const socket of this.#old) socket.destroy();
      this.#old = this.#fresh;
      this.#fresh = new Set();
      nodeTimer.set(GRACE_MS, cut);
    };
    cut();
    try {
      return await closing;
    } finally {
      isOver = true;
    }
  }

  #drop(socket: Socket): void {
    this.#fresh.delete(socket);
    this.#old.delete(socket);
  }
}
