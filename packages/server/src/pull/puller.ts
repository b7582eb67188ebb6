/**
 * One pull: what was left over is carried out, the answer is read, and of each item first the row is kept that says
 * what is to be done, then it is done. Whatever goes wrong with an answer changes nothing, and is told.
 */
import type { Wish } from '@fairground/engine';
import { type Answer, commandIdOf } from '@fairground/journal';
import { get, NotTaken } from '../effects/outside.js';
import { Problem } from '../errors.js';
import type { PullerRow, PullItemRow, PullStateRow, Rejected } from '../vault/pull-rows.js';
import type { Vault } from '../vault/vault.js';
import { type Carried, carryOut, type Hands } from './carry.js';
import { undoIdOf } from './fact-id.js';
import { PULLS } from './mapping.js';
import { type KnownFact, type Lows, planOf, Unbelievable } from './plan.js';
import { NoAnswer, readAnswer, type Refused, type Seen } from './seen.js';

export const BODY_BYTES_MAX = 1024 * 1024;
/** A state that has not changed is kept again so often. */
const STATE_MS = 60_000;
/** A command of a pull may wait so long for its turn. */
const VALID_MS = 60_000;

export interface PullTools {
  readonly vault: Vault;
  readonly world: Hands['world'];
  readonly now: () => number;
  readonly leads: () => boolean;
  readonly submit: (
    by: string,
    id: string,
    validUntil: number,
    wish: Wish,
  ) => Promise<Answer | Problem>;
  readonly allowsInside: boolean;
  /** Aborted when this node stops. */
  readonly signal: AbortSignal;
  readonly onAlarm: (reason: string) => void;
}

/** Nothing can be done now; what was begun goes on with the next pull. */
class NotNow extends Error {}

/** How often in a row items went back, by item. */
export type LowsOf = Map<string, Lows>;

/** True where the answer could be read. */
export async function pull(
  tools: PullTools,
  puller: PullerRow,
  lows: LowsOf,
  acceptJumps: boolean,
): Promise<boolean> {
  return new Pulling(tools, puller, lows, acceptJumps).run();
}

class Pulling {
  readonly #tools: PullTools;
  readonly #puller: PullerRow;
  readonly #lows: LowsOf;
  readonly #acceptJumps: boolean;
  readonly #refused: Refused[] = [];
  #items = 0;

  constructor(tools: PullTools, puller: PullerRow, lows: LowsOf, acceptJumps: boolean) {
    this.#tools = tools;
    this.#puller = puller;
    this.#lows = lows;
    this.#acceptJumps = acceptJumps;
  }

  async run(): Promise<boolean> {
    const error = await this.#pull().then(() => null, wordOf);
    if (this.#tools.leads() && !this.#tools.signal.aborted) await this.#keepState(error);
    return error === null;
  }

  async #pull(): Promise<void> {
    const { vault, allowsInside, signal } = this.#tools;
    const { id, url, headers, mapping } = this.#puller;
    // Whoever led before may have kept something a moment ago.
    await vault.refresh();
    for (const row of vault.pulls.itemsOf(id)) await this.#carry(row);
    const sent = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
    const guard = { allowsInside, bytesMax: BODY_BYTES_MAX, signal };
    const { seen, refused } = readAnswer(mapping, await get(url, sent, guard));
    this.#refused.push(...refused);
    this.#items = seen.length;
    for (const one of seen) await this.#see(one);
    this.#missing(new Set([...seen, ...refused].map(({ item }) => item)));
  }

  async #see(seen: Seen): Promise<void> {
    const { vault, now } = this.#tools;
    const { id, mapping } = this.#puller;
    const { item } = seen;
    const before = vault.pulls.itemBy(id, item);
    try {
      const plan = planOf(before, seen, {
        puller: id,
        mapping,
        now: now(),
        acceptJumps: this.#acceptJumps,
        lows: this.#lows.get(item),
        known: (market, fact) => this.#known(market, fact),
      });
      if (plan.lows) this.#lows.set(item, plan.lows);
      else this.#lows.delete(item);
      const { row } = plan;
      if (!row) return;
      if (row !== before) await this.#keep(row);
      if (!plan.lows) await this.#decide(row);
      await this.#carry(row);
    } catch (error) {
      if (!(error instanceof Unbelievable)) throw error;
      this.#refused.push({ item, reason: error.message });
    }
  }

  #known(market: string, fact: string): KnownFact | undefined {
    const record = this.#tools.world().markets.get(market)?.facts.get(fact);
    if (!record) return undefined;
    return { at: record.happenedAt ?? 0, undone: record.undoneBy === undoIdOf(fact) };
  }

  /** Only who leads writes down what he has seen: a place has one writer. */
  async #keep(row: PullItemRow): Promise<void> {
    if (!this.#tools.leads()) throw new NotNow('another node leads');
    await this.#tools.vault.pulls.keepItem(row);
  }

  /** A result that has stood long enough is taken, unless somebody has said no. */
  async #decide({ item, verdict }: PullItemRow): Promise<void> {
    const { vault, now, leads } = this.#tools;
    const { id, by, mapping } = this.#puller;
    if (!verdict || now() - verdict.since < mapping.hold_s * 1_000 || !leads()) return;
    if (vault.pulls.verdictOf(id, item)) return;
    const { ends } = verdict;
    await vault.pulls.takeVerdict({ puller: id, item, act: 'resolve', by, at: now(), ends });
  }

  async #carry(row: PullItemRow): Promise<void> {
    const { pulls } = this.#tools.vault;
    const verdict = pulls.verdictOf(row.puller, row.item);
    const carried: Carried = await carryOut(this.#hands(), this.#puller, row, verdict);
    this.#refused.push(...carried.refused);
    if (carried.row !== row) await this.#keep(carried.row);
  }

  #hands(): Hands {
    const { vault, world, now, submit } = this.#tools;
    return {
      world,
      now,
      ask: async (by, key, wish) => {
        const answer = await submit(by, commandIdOf(by, key), now() + VALID_MS, wish);
        if (answer instanceof Problem) throw new NotNow(answer.code);
        if (answer.kind === 'done') return 'done';
        if (answer.kind === 'refused') return answer.code;
        throw new NotNow(answer.kind === 'not_now' ? answer.code : answer.kind);
      },
      reason: async (by, key, reason) => {
        const command = commandIdOf(by, key);
        return (await vault.putText({ command, by, text: JSON.stringify({ reason }) })).hash;
      },
    };
  }

  /** What was live is not forgotten because a list has become shorter. */
  #missing(told: ReadonlySet<string | null>): void {
    for (const { item, status } of this.#tools.vault.pulls.itemsOf(this.#puller.id)) {
      if (status === 'live' && !told.has(item))
        this.#refused.push({ item, reason: 'it was live, and is not in the list any more' });
    }
  }

  async #keepState(error: string | null): Promise<void> {
    const { vault, now, onAlarm } = this.#tools;
    const { id, name } = this.#puller;
    const before = vault.pulls.stateOf(id);
    const at = now();
    const known = before?.rejected ?? [];
    const fresh = this.#refused.filter((one) => !known.some((old) => isSame(old, one)));
    if (error !== null && error !== before?.error) onAlarm(`The puller ${name}: ${error}.`);
    const [one] = fresh;
    if (one) {
      const more = fresh.length > 1 ? `, and ${fresh.length - 1} more` : '';
      onAlarm(`The puller ${name} did not take ${one.item ?? 'an item'}: ${one.reason}${more}.`);
    }
    const items = error === null ? this.#items : (before?.items ?? 0);
    const isOld = !before || at - before.at >= STATE_MS;
    const asked = vault.pulls.askedOf(id)?.at ?? 0;
    const isAsked = before !== undefined && asked >= before.at;
    const hasChanged = error !== before?.error || items !== before?.items || fresh.length > 0;
    if (!isOld && !isAsked && !hasChanged) return;
    const rejected = merged(known, this.#refused, at);
    const row: Omit<PullStateRow, 'type'> = {
      puller: id,
      at,
      error,
      items,
      rejected,
      expires: at + PULLS.keptMs,
    };
    await vault.pulls.keepState(row);
  }
}

/** The newest last, each once, and only so many. */
function merged(known: readonly Rejected[], refused: readonly Refused[], at: number): Rejected[] {
  const again = refused.map((one): Rejected => {
    const times = known.find((old) => isSame(old, one))?.times ?? 0;
    return { ...one, at, times: times + 1 };
  });
  const rest = known.filter((old) => !refused.some((one) => isSame(old, one)));
  return [...rest, ...again].slice(-PULLS.rejectedMax);
}

const isSame = (a: Refused, b: Refused): boolean => a.item === b.item && a.reason === b.reason;

function wordOf(error: unknown): string {
  if (error instanceof NotTaken || error instanceof NoAnswer || error instanceof NotNow)
    return error.message;
  throw error;
}
