/**
 * A way to one address that can be cut and healed. While it is cut nothing passes and nobody is told, as where a
 * cable is pulled: lines stay open and silent, and what was on its way arrives when it is healed.
 */
import { once } from 'node:events';
import net from 'node:net';

const HOST = '127.0.0.1';
/** Lines that wait for a cut to end; beyond this the oldest is given up. */
const WAITING_MAX = 200;
/** A request's head fits into this; what is longer names nobody. */
const HEAD_BYTES_MAX = 16 * 1024;
const SENDER = /\r\nuser-agent: fairground-node (\S+)\r\n/i;

export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface GateOptions {
  readonly to: Target;
  /** Where it listens; absent: any free port. */
  readonly port?: number;
  /** For lines between nodes: whoever opened it says its name first. */
  readonly isCut: (sender: string) => boolean;
  readonly hasSender?: boolean;
}

/** One client and its line on. */
interface Line {
  readonly sender: string;
  readonly client: net.Socket;
  readonly server: net.Socket;
}

export class Gate {
  readonly #options: GateOptions;
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  readonly #lines = new Set<Line>();
  #waiting: { readonly sender: string; readonly client: net.Socket; readonly head: Buffer }[] = [];

  private constructor(options: GateOptions) {
    this.#options = options;
    this.#server = net.createServer((client) => this.#take(client));
  }

  static async open(options: GateOptions): Promise<Gate> {
    const gate = new Gate(options);
    gate.#server.listen(options.port ?? 0, HOST);
    await once(gate.#server, 'listening');
    return gate;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** To be called after `isCut` has changed its mind. */
  look(): void {
    const { isCut } = this.#options;
    for (const { sender, client, server } of this.#lines) {
      const isStill = isCut(sender);
      for (const socket of [client, server]) {
        if (isStill) socket.pause();
        else socket.resume();
      }
    }
    const free = this.#waiting.filter(({ sender }) => !isCut(sender));
    this.#waiting = this.#waiting.filter(({ sender }) => isCut(sender));
    for (const { sender, client, head } of free)
      if (!client.destroyed) this.#join(sender, client, head);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #take(client: net.Socket): void {
    this.#own(client);
    if (!this.#options.hasSender) return this.#admit('', client, Buffer.alloc(0));
    let head = Buffer.alloc(0);
    const hear = (bytes: Buffer): void => {
      head = Buffer.concat([head, bytes]);
      const sender = SENDER.exec(head.toString('latin1'))?.[1];
      const isOver = head.includes('\r\n\r\n') || head.length > HEAD_BYTES_MAX;
      if (sender === undefined && !isOver) return;
      client.off('data', hear);
      client.pause();
      this.#admit(sender ?? '', client, head);
    };
    client.on('data', hear);
  }

  #admit(sender: string, client: net.Socket, head: Buffer): void {
    if (!this.#options.isCut(sender)) return this.#join(sender, client, head);
    client.pause();
    this.#waiting.push({ sender, client, head });
    if (this.#waiting.length > WAITING_MAX) this.#waiting.shift()?.client.destroy();
  }

  #join(sender: string, client: net.Socket, head: Buffer): void {
    const { to, isCut } = this.#options;
    const server = net.connect(to.port, to.host);
    const line = { sender, client, server };
    this.#own(server);
    this.#lines.add(line);
    if (head.length > 0) server.write(head);
    for (const [from, into] of [
      [client, server],
      [server, client],
    ] as const) {
      from.setNoDelay(true);
      from.on('data', (bytes) => {
        if (!into.write(bytes)) from.pause();
      });
      into.on('drain', () => isCut(sender) || from.resume());
      from.on('end', () => into.end());
      from.on('close', () => {
        into.destroy();
        this.#lines.delete(line);
      });
    }
    client.resume();
  }

  #own(socket: net.Socket): void {
    this.#sockets.add(socket);
    // What breaks a line ends it; both ends find out by that.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
