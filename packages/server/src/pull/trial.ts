/**
 * What an answer would come to: read, planned and judged as a pull would, against the world as it is, with nothing kept
 * and nothing done. So a mapping can be tried out before anybody is paid by it.
 */
import { type Command, decide, type ReadonlyWorld, stateAt, type Wish } from '@fairground/engine';
import { commandIdOf } from '@fairground/journal';
import type { PullerRow, PullCount, PullItemRow, PullMarket } from '../vault/pull-rows.js';
import { faultOfEnd, NEEDLESS, whyNoFact } from './carry.js';
import { factIdOf, keyOf, undoIdOf } from './fact-id.js';
import { planOf, Unbelievable } from './plan.js';
import { NoAnswer, readAnswer, type Refused, type Seen } from './seen.js';

/** No command of a pull is ever called so, and this one goes nowhere. */
const VALID_MS = 60_000;

export interface TriedCount {
  readonly count: string;
  readonly value: number;
  readonly market: string | null;
  readonly kind: string | null;
  /** How many facts it would record now, and how many it would take back. */
  readonly records: number;
  readonly takes_back: number;
}

export interface TriedMarket {
  readonly market: string;
  /** Whether it would stand still now. */
  readonly pauses: boolean;
  readonly resolves: boolean;
}

export interface Tried {
  readonly item: string;
  readonly names: readonly string[];
  readonly status: Seen['status'];
  readonly minute: string | null;
  readonly counts: readonly TriedCount[];
  readonly markets: readonly TriedMarket[];
  /** What they would be resolved by, once that has stood for the hold. */
  readonly ends: readonly { readonly market: string; readonly outcome: string }[];
}

export interface TrialResult {
  readonly items: readonly Tried[];
  readonly refused: readonly Refused[];
  /** Why the whole answer is of no use. */
  readonly error: string | null;
}

export interface Trial {
  /** Its id is '' where there is none yet: then nothing is known of its items. */
  readonly puller: Pick<PullerRow, 'id' | 'source' | 'by' | 'mapping'>;
  readonly world: ReadonlyWorld;
  readonly now: number;
  readonly before: (item: string) => PullItemRow | undefined;
}

export function tryOut(trial: Trial, answer: string): TrialResult {
  try {
    const { seen, refused } = readAnswer(trial.puller.mapping, answer);
    const trying = new Trying(trial, refused);
    return {
      items: seen.flatMap((one) => trying.item(one) ?? []),
      refused: trying.refused,
      error: null,
    };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { items: [], refused: [], error: error.message };
  }
}

class Trying {
  readonly refused: Refused[];
  readonly #trial: Trial;

  constructor(trial: Trial, refused: readonly Refused[]) {
    this.#trial = trial;
    this.refused = [...refused];
  }

  /** Undefined where nothing of it would count. */
  item(seen: Seen): Tried | undefined {
    const { puller, now, before, world } = this.#trial;
    const { item, names, status, minute } = seen;
    const { mapping, id } = puller;
    const known = (market: string, fact: string) => {
      const record = world.markets.get(market)?.facts.get(fact);
      if (!record) return undefined;
      return { at: record.happenedAt ?? 0, undone: record.undoneBy === undoIdOf(fact) };
    };
    const asked = { puller: id, mapping, now, acceptJumps: false, lows: undefined, known };
    try {
      const { row, lows } = planOf(before(item), seen, asked);
      if (lows) {
        this.#refuse(
          item,
          `it goes back: believed once ${mapping.falls_after} answers in a row say so`,
        );
        return undefined;
      }
      if (!row) return undefined;
      return {
        item,
        names,
        status,
        minute,
        counts: row.counts.map((count) => this.#count(item, count)),
        markets: row.markets.map((market) => this.#market(item, market)),
        ends: this.#ends(item, row),
      };
    } catch (error) {
      if (!(error instanceof Unbelievable)) throw error;
      this.#refuse(item, error.message);
      return undefined;
    }
  }

  #count(item: string, { count, market, kind, value, facts }: PullCount): TriedCount {
    const none = { count, value, market, kind, records: 0, takes_back: 0 };
    if (market === null || kind === null) return none;
    const { puller, world } = this.#trial;
    const there = world.markets.get(market)?.facts;
    const all = facts.map((one, i) => {
      return { ...one, fact: factIdOf({ puller: puller.id, item, count, n: i + 1 }) };
    });
    const fresh = all.filter(({ fact }) => there?.has(fact) !== true);
    const gone = all.filter(
      ({ fact, undone }) => undone && there?.get(fact)?.undoneBy === undefined,
    );
    const [first] = fresh;
    if (first) this.#judgeFact(item, market, { fact: first.fact, kind, happenedAt: first.at });
    return { ...none, records: fresh.length, takes_back: gone.length };
  }

  #judgeFact(
    item: string,
    market: string,
    of: { readonly fact: string; readonly kind: string; readonly happenedAt: number },
  ): void {
    const { world, now, puller } = this.#trial;
    const known = this.#isThere(item, market) ? world.markets.get(market) : undefined;
    if (!known) return;
    const why =
      whyNoFact(stateAt(known, now)) ??
      this.#refusal(puller.source, { type: 'record_fact', market, ...of });
    if (why !== undefined) this.#refuse(item, `a fact for ${market}: ${why}`);
  }

  #market(item: string, { market, resolves, pause }: PullMarket): TriedMarket {
    const isDue = pause !== null && !pause.done && (pause.on || pause.ours);
    if (isDue && this.#isThere(item, market)) {
      const type = pause.on ? 'pause' : 'resume';
      const why = this.#refusal(this.#trial.puller.by, { type, market });
      if (why !== undefined && why !== 'not_open' && !NEEDLESS.has(why))
        this.#refuse(item, `${type} of ${market}: ${why}`);
    }
    return { market, pauses: pause?.on === true, resolves };
  }

  #ends(item: string, { verdict }: PullItemRow): Tried['ends'] {
    const { world, now } = this.#trial;
    for (const { market, outcome } of verdict?.ends ?? []) {
      const known = this.#isThere(item, market) ? world.markets.get(market) : undefined;
      const why = known && faultOfEnd(known, stateAt(known, now), outcome);
      if (why !== undefined) this.#refuse(item, `the result of ${market}: ${why}`);
    }
    return verdict?.ends ?? [];
  }

  /** What the engine would say to it now; undefined where it would be done. */
  #refusal(by: string, wish: Wish): string | undefined {
    const { world, now } = this.#trial;
    const id = commandIdOf(by, keyOf('try'));
    const command: Command = { by, id, validUntil: now + VALID_MS, wish };
    const decision = decide(world, command, now);
    return decision.kind === 'refused' ? decision.code : undefined;
  }

  #isThere(item: string, market: string): boolean {
    if (this.#trial.world.markets.has(market)) return true;
    this.#refuse(item, `there is no market ${market}`);
    return false;
  }

  #refuse(item: string, reason: string): void {
    const isSaid = this.refused.some((one) => one.item === item && one.reason === reason);
    if (!isSaid) this.refused.push({ item, reason });
  }
}
