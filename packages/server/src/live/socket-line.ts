/** A WebSocket: frames are whole messages, and go past `ws` to the line below it. */
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Frame } from './frames.js';
import { drained, GOODBYE_MS, type Line } from './line.js';

export class SocketLine implements Line {
  readonly #socket: WebSocket;
  readonly #below: Duplex;

  constructor(socket: WebSocket, below: Duplex) {
    this.#socket = socket;
    this.#below = below;
  }

  /** A line that is closing takes no more messages. */
  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get unsentBytes(): number {
    return this.#below.writableLength;
  }

  write(frame: Frame): void {
    this.#below.write(frame.message);
  }

  /** A socket's client keeps count itself, frame by frame. */
  reached(): void {}

  drained(): Promise<void> {
    return drained(this.#below);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), GOODBYE_MS).unref();
  }
}
