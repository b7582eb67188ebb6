/** Outcomes in words: which of many is the likeliest, and what those of markets watched from afar are called. */
import { type Client, Fields, type Frame, type Market, readMarket } from '@fairground/client';
import { judgedMarket } from './event-text.js';

/** The likeliest first; equals as they are named. */
export const byChance = (outcomes: Market['outcomes']): Market['outcomes'] =>
  [...outcomes].sort((a, b) => (a.price === b.price ? 0 : a.price > b.price ? -1 : 1));

/** Of two the first says all; of more the likeliest is named. */
export const leaderOf = ({ outcomes }: Market): Market['outcomes'][number] | undefined =>
  outcomes.length > 2 ? byChance(outcomes)[0] : undefined;

/** Asked for once, when a line must name them. */
export class Outcomes {
  readonly #client: Client;
  readonly #signal: AbortSignal;
  readonly #known = new Map<string, readonly string[]>();

  constructor(client: Client, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  /** Never throws: a line without names is better than none. */
  async of(frame: Frame): Promise<readonly string[]> {
    if (frame.type === 'state' && frame.topic.startsWith('market/'))
      this.#learn(readMarket(new Fields(frame.data, 'market')));
    const id = judgedMarket(frame);
    if (id === undefined) return [];
    const known = this.#known.get(id);
    if (known) return known;
    const found = await this.#client.markets
      .get(id, { signal: this.#signal })
      .catch(() => undefined);
    return found ? this.#learn(found) : [];
  }

  #learn({ id, outcomes }: Pick<ReturnType<typeof readMarket>, 'id' | 'outcomes'>) {
    const names = outcomes.map(({ outcome }) => outcome ?? 'share');
    this.#known.set(id, names);
    return names;
  }
}
