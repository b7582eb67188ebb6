/**
 * A key is done once, for ever. The world forgets an id after a while and the tables never do: they are asked before a
 * key runs whose caller fixed no time for it, and before anybody is told that his time was over.
 */
import { type Command, encodeWish } from '@fairground/engine';
import { type Answer, answerOf, notNow, StoreFailure } from '@fairground/journal';
import { Problem } from '../errors.js';
import type { Sequencing } from '../node/sequencing.js';

/** What the tables say of an id. */
export interface Found {
  /** They hold all entries up to this one. */
  readonly to: number;
  /** The entry among them that has the id. */
  readonly seq: number | undefined;
}

export interface KnownKeysOptions {
  readonly sequencer: Pick<Sequencing, 'world' | 'head' | 'tape' | 'submit'>;
  /** Absent where a node keeps no tables: then a key is known for as long as the world remembers it. */
  readonly tables: { readonly find: (id: string) => Promise<Found> } | undefined;
}

/** How a command is sent. */
export interface Sending {
  readonly isTimed: boolean;
  readonly attempt: number;
  readonly trace?: string | undefined;
}

type Keyed = Command & { readonly id: string };

export class KnownKeys {
  readonly #options: KnownKeysOptions;

  constructor(options: KnownKeysOptions) {
    this.#options = options;
  }

  /** Never rejects where it is said of this attempt alone: of a batch each order has its own answer. */
  async submit(command: Keyed, { isTimed, attempt, trace }: Sending): Promise<Answer | Problem> {
    const { sequencer, tables } = this.#options;
    if (!tables) return sequencer.submit(command, attempt, { trace });
    try {
      const found = isTimed ? undefined : await this.#look(command.id);
      if (found?.seq !== undefined) return await this.#first(command, found.seq);
      const answer = await sequencer.submit(command, attempt, { trace, unseenTo: found?.to });
      if (answer.kind !== 'refused' || answer.code !== 'command_expired') return answer;
      const after = await this.#expired(command, answer);
      // Nobody fixed that time, so it is over for this attempt alone: a later one gets another.
      return !isTimed && after === answer ? notNow('busy') : after;
    } catch (error) {
      if (error instanceof Problem) return error;
      if (error instanceof StoreFailure) return notNow(error.code);
      throw error;
    }
  }

  /** The entry that an id has made, as far as this node knows. */
  async doneAt(id: string): Promise<number | undefined> {
    const { sequencer, tables } = this.#options;
    const { ids } = sequencer.world;
    return ids.get(id)?.seq ?? (ids.wholeFrom > 1 ? (await tables?.find(id))?.seq : undefined);
  }

  /** Nothing is asked of the tables while the world here knows: whoever leads sees whether his does. */
  async #look(id: string): Promise<Found | undefined> {
    const { sequencer, tables } = this.#options;
    const { ids } = sequencer.world;
    const isKnown = ids.wholeFrom <= 1 || ids.get(id) !== undefined;
    return isKnown ? { to: 0, seq: undefined } : tables?.find(id);
  }

  /** The first answer again, made of the entry alone. */
  async #first({ id, wish }: Keyed, at: number): Promise<Answer> {
    const entry = await this.#options.sequencer.tape.entryAt(at);
    // Tables of a history that is gone: they are being made anew.
    if (entry?.command.id !== id) return notNow('behind');
    const { seq, hash } = entry;
    if (encodeWish(entry.command.wish) !== encodeWish(wish))
      return { kind: 'refused', code: 'command_id_reused', seq, hash };
    return answerOf(entry, true);
  }

  /** Its time is over, and whether it was done before then only the tables know. */
  async #expired(
    command: Keyed,
    said: Extract<Answer, { kind: 'refused' }>,
  ): Promise<Answer | Problem> {
    const { sequencer, tables } = this.#options;
    const { world, head } = sequencer;
    // A follower's world may be older than the one that judged.
    const rememberedFrom = head.seq >= said.seq ? world.ids.wholeFrom : said.seq + 1;
    if (!tables || rememberedFrom <= 1) return said;
    const { to, seq } = await tables.find(command.id);
    if (seq !== undefined) return this.#first(command, seq);
    return to + 1 >= rememberedFrom ? said : notNow('behind');
  }
}
