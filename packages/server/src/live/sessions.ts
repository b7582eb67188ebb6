/** Every open socket of this node, so that a revoked key and a shutdown reach all of them. */
import type { Vault } from '../vault/vault.js';
import { CLOSE, Session, type SessionOptions } from './session.js';

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

  open(options: SessionOptions): void {
    const session = new Session(options);
    this.#open.add(session);
    options.socket.on('close', () => this.#open.delete(session));
  }

  /** Tells everybody to come back later, elsewhere or here. */
  drain(): void {
    for (const session of this.#open) session.drain();
    this.#forget();
  }
}
