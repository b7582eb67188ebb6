/**
 * Nodes fold one journal, so they hold one world. Each says a word for its own every so many entries and hears those
 * of the others. Where they differ the journal decides: each folds it anew, from the first entry, and who holds
 * something else takes his word back and is out. Until that is known the fewer are out, and of as many those who
 * differ from the leader: so of two nodes that differ one goes on. Whom the journal agrees with is in again, unless
 * a leader who lives says otherwise: then it is two builds that differ, and one of them must decide.
 */
import { setImmediate } from 'node:timers/promises';
import { type Entry, type ReadonlyWorld, worldDigest } from '@fairground/engine';
import {
  type Digests,
  type DigestSaid,
  type JournalReader,
  LeaseWatch,
  type LeaseView,
  nodeChain,
  recover,
  type Timer,
} from '@fairground/journal';

export const WITNESS = {
  everyEntries: 10_000,
  /** Others may be slow to say theirs. */
  lookMs: 5_000,
  /** Words that are kept: who is further behind has nobody to compare with. */
  kept: 10,
} as const;

/** in: as far as anybody knows. doubted: others say otherwise. wrong: so does the journal, and it stays so. */
export type Standing = 'in' | 'doubted' | 'wrong';

export interface WitnessOptions {
  readonly journal: JournalReader & {
    readonly digests: Digests;
    lease(): Promise<LeaseView>;
  };
  readonly world: () => ReadonlyWorld;
  readonly timer: Timer;
  readonly everyEntries?: number | undefined;
  /** This node is out, or in again. */
  readonly onStanding: (standing: Standing, reason: string) => void;
  readonly onAlarm: (reason: string) => void;
}

interface Word {
  readonly seq: number;
  readonly digest: string;
}

/** Words that differ, and what the journal says of ours. */
interface Dispute {
  readonly word: Word;
  verdict: 'unknown' | 'asked' | 'sound';
}

class Stopped extends Error {}

export class Witness {
  readonly #options: WitnessOptions;
  readonly #every: number;
  readonly #lease: LeaseWatch;
  /** Words for entries that may yet vanish. */
  #pending: Word[] = [];
  /** What was said last, and is compared until the next. */
  #word: Word | undefined;
  /** The newest word that others differ from; it is looked into until that is settled. */
  #disputed: Dispute | undefined;
  #standing: Standing = 'in';
  #work: Promise<void> = Promise.resolve();
  #checking: Promise<void> = Promise.resolve();
  #stopped = false;
  #rest: () => void = () => {};

  constructor(options: WitnessOptions) {
    this.#options = options;
    this.#every = options.everyEntries ?? WITNESS.everyEntries;
    this.#lease = new LeaseWatch(options.timer);
  }

  get standing(): Standing {
    return this.#standing;
  }

  start(): void {
    this.#lookLater();
  }

  /** Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#rest();
    await this.#work;
    await this.#checking;
  }

  /** The world stands at this entry. */
  folded({ seq }: Entry): void {
    if (seq % this.#every !== 0) return;
    this.#pending.push({ seq, digest: worldDigest(this.#options.world(), nodeChain) });
  }

  durable(seq: number): void {
    while (this.#pending[0] && this.#pending[0].seq <= seq) {
      const word = this.#pending.shift();
      if (word) this.#inTurn(() => this.#say(word));
    }
  }

  /** What was folded and is not durable is no more. */
  vanished(): void {
    this.#pending = [];
  }

  /** Nor is what was durable: the journal holds another history. */
  rewound(): void {
    this.#pending = [];
    this.#word = undefined;
    this.#disputed = undefined;
  }

  /** Of a world that is known to be wrong by other means. */
  condemn(reason: string): void {
    this.#stand('wrong', reason);
  }

  #inTurn(work: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#stopped) return;
      // A database that is away is told of by whoever reads the journal; the next look comes by itself.
      await work().catch(() => {});
    });
  }

  async #say(word: Word): Promise<void> {
    const { digests } = this.#options.journal;
    if (this.#standing === 'wrong') return;
    await digests.say(word.seq, word.digest);
    this.#word = word;
    await this.#look();
    await digests.dropBelow(word.seq - WITNESS.kept * this.#every);
  }

  #lookLater(): void {
    this.#rest();
    this.#rest = this.#options.timer.set(WITNESS.lookMs, () => {
      this.#inTurn(() => this.#look());
      if (!this.#stopped) this.#lookLater();
    });
  }

  async #look(): Promise<void> {
    const { journal } = this.#options;
    const word = this.#disputed?.word ?? this.#word;
    if (!word || this.#standing === 'wrong') return;
    const said = await journal.digests.said(word.seq);
    // Dropped because it is old: a newer one says the same.
    if (!said.some(({ digest }) => digest === word.digest)) {
      this.#disputed = undefined;
      return;
    }
    const others = said.filter(({ digest }) => digest !== word.digest);
    if (others.length === 0) {
      this.#disputed = undefined;
      return this.#stand('in', `At entry ${word.seq} nobody says otherwise any more.`);
    }
    const dispute = this.#disputed ?? this.#begin(word, others);
    const lease = await journal.lease();
    const isDoubted = isOutvoted({
      word,
      said,
      leader: this.#lease.isFree(lease) ? '' : lease.holder,
      isSound: dispute.verdict === 'sound',
    });
    const reason = isDoubted ? 'most others, or the leader, say otherwise' : 'this node is right';
    this.#stand(isDoubted ? 'doubted' : 'in', `At entry ${word.seq} ${reason}.`);
    if (dispute.verdict !== 'unknown') return;
    dispute.verdict = 'asked';
    this.#checking = this.#check(dispute);
  }

  #begin(word: Word, others: readonly DigestSaid[]): Dispute {
    const names = others.map(({ node }) => node).join(', ');
    this.#options.onAlarm(
      `At entry ${word.seq} this node holds another world than ${names}. It folds the journal anew to see who is wrong.`,
    );
    this.#disputed = { word, verdict: 'unknown' };
    return this.#disputed;
  }

  /** What the journal itself comes to. */
  async #check(dispute: Dispute): Promise<void> {
    const { word } = dispute;
    const { journal, onAlarm } = this.#options;
    try {
      if ((await this.#digestAt(word.seq)) === word.digest) {
        dispute.verdict = 'sound';
        onAlarm(`At entry ${word.seq} the journal makes the world that this node holds.`);
        return this.#inTurn(() => this.#look());
      }
      this.#stand('wrong', `Its world at entry ${word.seq} is not what the journal makes.`);
      await journal.digests.withdraw(word.seq);
    } catch (error) {
      if (this.#stopped) return;
      dispute.verdict = 'unknown';
      onAlarm(`The journal could not be folded anew to see who is wrong: ${String(error)}`);
    }
  }

  async #digestAt(seq: number): Promise<string | undefined> {
    let digest: string | undefined;
    const isEnough = (): boolean => this.#stopped || digest !== undefined;
    try {
      await recover(this.#options.journal, {
        ignoresSnapshots: true,
        onEntry: (entry, _line, world) => {
          if (entry.seq === seq) digest = worldDigest(world, nodeChain);
        },
        afterGroup: async () => {
          await setImmediate();
          if (isEnough()) throw new Stopped();
        },
      });
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      if (this.#stopped) throw error;
    }
    return digest;
  }

  #stand(standing: Standing, reason: string): void {
    if (this.#standing === standing || this.#standing === 'wrong') return;
    this.#standing = standing;
    this.#options.onStanding(standing, reason);
  }
}

interface Votes {
  readonly word: Word;
  readonly said: readonly DigestSaid[];
  /** Who leads, or '' where nobody is seen to. */
  readonly leader: string;
  /** The journal agrees with this node, so it does not count heads any more. */
  readonly isSound: boolean;
}

/** More nodes say something else with one voice; or as many do, and the leader is one of them. */
export function isOutvoted({ word, said, leader, isSound }: Votes): boolean {
  const byLeader = said.find(({ node }) => node === leader)?.digest;
  if (isSound) return byLeader !== undefined && byLeader !== word.digest;
  const votes = new Map<string, number>();
  for (const { digest } of said) votes.set(digest, (votes.get(digest) ?? 0) + 1);
  const own = votes.get(word.digest) ?? 0;
  return [...votes].some(
    ([digest, count]) =>
      digest !== word.digest && (count > own || (count === own && digest === byLeader)),
  );
}
