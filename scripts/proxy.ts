/** A way to a server that can be cut, and on which what was sent may arrive after the cut. */
import { once } from 'node:events';
import net from 'node:net';

/** What becomes of bytes from the client. */
export type Fate =
  | 'pass'
  /** The client sees the cut, the server sees nothing. */
  | 'cut'
  /** The client sees the cut, the bytes arrive later. */
  | { readonly lateMs: number }
  /** The bytes arrive, the answer does not; the client sees the cut. */
  | 'deaf'
  /** The bytes arrive, the answer does not, and the client sees nothing at all. */
  | 'silent';

export class Proxy {
  /** Asked for each piece that a client sends once it is signed in. */
  fate: (bytes: Buffer) => Fate = () => 'pass';
  /** Told when a client ends its line. */
  onClose: () => void = () => {};
  /** New connections are refused. */
  refuses = false;
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  #target: number;
  #port = 0;
  /** Those who came while nothing passed. */
  #held: (() => void)[] | undefined;

  private constructor(target: number) {
    this.#target = target;
    this.#server = net.createServer((client) => this.#meet(client));
  }

  static async to(target: number): Promise<Proxy> {
    const proxy = new Proxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    const address = proxy.#server.address();
    if (typeof address === 'object' && address) proxy.#port = address.port;
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** All lines, at once. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Nothing passes in either direction and nobody is told: all of it arrives once it flows again. */
  hold(): void {
    this.#held ??= [];
    for (const socket of this.#sockets) socket.pause();
  }

  flow(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const join of held) join();
    for (const socket of this.#sockets) socket.resume();
  }

  /** All lines are cut; new ones lead to another server. */
  turnTo(target: number): void {
    this.#target = target;
    this.cut();
  }

  async end(): Promise<void> {
    this.flow();
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #meet(client: net.Socket): void {
    if (this.refuses) return void client.destroy();
    client.on('error', () => {});
    if (this.#held) this.#held.push(() => this.#join(client));
    else this.#join(client);
  }

  #join(client: net.Socket): void {
    const server = net.connect(this.#target, '127.0.0.1');
    let hears = true;
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    }
    server.on('data', (bytes) => hears && client.write(bytes));
    server.on('close', () => client.destroy());
    client.on('close', () => {
      this.onClose();
      if (hears) server.destroy();
    });
    client.on('data', (bytes) => {
      const fate = this.fate(bytes);
      if (fate === 'pass') return void server.write(bytes);
      hears = false;
      if (fate === 'cut') server.destroy();
      else if (typeof fate === 'object') setTimeout(() => server.write(bytes), fate.lateMs);
      else server.write(bytes);
      if (fate !== 'silent') client.destroy();
      // The server finds out in the end, as from a keepalive.
      if (fate !== 'silent') setTimeout(() => server.destroy(), 3_000).unref();
    });
  }
}
