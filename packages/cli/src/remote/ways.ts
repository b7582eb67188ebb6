/** Several nodes behind one address, as a balancer would have it: whoever is ready, in turn; the others in need. */
import type { Fetch } from '@fairground/client';

/** What stands for all of them: a name that nobody looks up. */
export const ANY_NODE = 'http://any-node.invalid';
/** A node answers within five seconds, were it only to say that it cannot; beyond this it hangs. */
const ANSWER_MS_MAX = 6_500;

export interface Way {
  readonly url: string;
  /** Whether it takes requests, as far as anybody knows. */
  isReady(): boolean;
  /** The token of its directory, which is another at every start. */
  token(): Promise<string>;
}

export class Ways {
  readonly #ways: readonly Way[];
  #turn = 0;

  constructor(ways: readonly Way[]) {
    this.#ways = ways;
  }

  readonly fetch: Fetch = (url, init) => this.#ask(this.#next(), url, init);

  /** As whoever holds the directories. */
  readonly fetchAsOperator: Fetch = async (url, init) => {
    const way = this.#next();
    const authorization = `Bearer ${await way.token()}`;
    return this.#ask(way, url, { ...init, headers: { ...init.headers, authorization } });
  };

  #ask(way: Way, url: string, init: Parameters<Fetch>[1]): ReturnType<Fetch> {
    const signal = AbortSignal.any([init.signal, AbortSignal.timeout(ANSWER_MS_MAX)]);
    return globalThis.fetch(way.url + url.slice(ANY_NODE.length), { ...init, signal });
  }

  #next(): Way {
    const ready = this.#ways.filter((way) => way.isReady());
    const some = ready.length > 0 ? ready : this.#ways;
    const way = some[this.#turn++ % some.length];
    if (!way) throw new Error('There is no node to ask.');
    return way;
  }
}
