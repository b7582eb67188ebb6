/** Pullers and what they have seen, as the vault's rows say: of each thing the newest row counts. */
import { randomBytes } from 'node:crypto';
import {
  type PullAskedRow,
  type PullerRow,
  type PullItemRow,
  PullRow,
  type PullStateRow,
  type PullVerdictRow,
} from './pull-rows.js';
import type { Row } from './rows.js';
import { Taking } from './taking.js';

export class Pulls {
  readonly #keep: (row: PullRow) => Promise<void>;
  readonly #pullers = new Map<string, PullerRow>();
  readonly #items = new Map<string, Map<string, PullItemRow>>();
  readonly #verdicts = new Map<string, PullVerdictRow>();
  readonly #states = new Map<string, PullStateRow>();
  readonly #asked = new Map<string, PullAskedRow>();
  /** Verdicts on their way to the disk, so that no two of them take the same place. */
  readonly #taking = new Taking();
  readonly #listeners = new Set<() => void>();
  #overRows = 0;

  /** `keep` resolves when the row is durable and was applied. */
  constructor(keep: (row: PullRow) => Promise<void>) {
    this.#keep = keep;
  }

  /** Told of every change of what was seen, and of who looks. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The oldest first. */
  pullers(): readonly PullerRow[] {
    return [...this.#pullers.values()].sort(
      (a, b) => a.created - b.created || (a.id < b.id ? -1 : 1),
    );
  }

  pullerBy(id: string): PullerRow | undefined {
    return this.#pullers.get(id);
  }

  async add(puller: Omit<PullerRow, 'type' | 'id'>): Promise<PullerRow> {
    const id = `pul_${randomBytes(12).toString('hex')}`;
    const row: PullerRow = { type: 'puller', id, ...puller };
    await this.#keep(row);
    return row;
  }

  change(row: PullerRow): Promise<void> {
    return this.#keep(row);
  }

  drop(puller: string): Promise<void> {
    return this.#keep({ type: 'puller_dropped', puller });
  }

  itemsOf(puller: string): readonly PullItemRow[] {
    return [...(this.#items.get(puller)?.values() ?? [])];
  }

  itemBy(puller: string, item: string): PullItemRow | undefined {
    return this.#items.get(puller)?.get(item);
  }

  keepItem(row: PullItemRow): Promise<void> {
    return this.#keep(row);
  }

  verdictOf(puller: string, item: string): PullVerdictRow | undefined {
    return this.#verdicts.get(placeOfVerdict({ puller, item }));
  }

  /** False where there is one already: of a veto and what it is against only one is ever there. */
  async takeVerdict(verdict: Omit<PullVerdictRow, 'type'>): Promise<boolean> {
    const place = placeOfVerdict(verdict);
    const isHad = (): boolean => this.#verdicts.has(place);
    return this.#taking.take(place, isHad, () => this.#keep({ type: 'pull_verdict', ...verdict }));
  }

  stateOf(puller: string): PullStateRow | undefined {
    return this.#states.get(puller);
  }

  keepState(row: Omit<PullStateRow, 'type'>): Promise<void> {
    return this.#keep({ type: 'pull_state', ...row });
  }

  askedOf(puller: string): PullAskedRow | undefined {
    return this.#asked.get(puller);
  }

  ask(row: Omit<PullAskedRow, 'type'>): Promise<void> {
    return this.#keep({ type: 'pull_asked', ...row });
  }

  apply(row: PullRow): void {
    switch (row.type) {
      case 'puller':
        this.#put(this.#pullers, row.id, row);
        break;
      case 'puller_dropped':
        this.#forget(row.puller);
        break;
      case 'pull_item': {
        const items = this.#items.get(row.puller) ?? new Map<string, PullItemRow>();
        this.#items.set(row.puller, items);
        this.#put(items, row.item, row);
        break;
      }
      case 'pull_verdict': {
        // Whoever was first stays: only a store without places could tell another.
        const place = placeOfVerdict(row);
        if (!this.#verdicts.has(place)) this.#verdicts.set(place, row);
        break;
      }
      case 'pull_state':
        this.#put(this.#states, row.puller, row);
        return;
      case 'pull_asked':
        this.#put(this.#asked, row.puller, row);
        return;
    }
    for (const listener of this.#listeners) listener();
  }

  /** All that still counts. */
  *rows(): Iterable<PullRow> {
    yield* this.#pullers.values();
    for (const items of this.#items.values()) yield* items.values();
    yield* this.#verdicts.values();
    yield* this.#states.values();
    yield* this.#asked.values();
  }

  /** Forgets what was over before; how many rows of the store count for nothing any more, told once. */
  sweep(before: number): number {
    const items = [...this.#items.values()];
    for (const rows of [...items, this.#states, this.#asked]) {
      for (const [key, row] of rows) {
        if (row.expires >= before) continue;
        rows.delete(key);
        this.#overRows++;
      }
    }
    const count = this.#overRows;
    this.#overRows = 0;
    return count;
  }

  /** What was decided stays: what it was about may come again under another puller, but never under this one. */
  #forget(puller: string): void {
    this.#overRows += 1 + (this.#items.get(puller)?.size ?? 0);
    this.#pullers.delete(puller);
    this.#items.delete(puller);
    this.#states.delete(puller);
    this.#asked.delete(puller);
  }

  #put<T>(rows: Map<string, T>, key: string, row: T): void {
    if (rows.has(key)) this.#overRows++;
    rows.set(key, row);
  }
}

const KINDS: ReadonlySet<string> = new Set(PullRow.options.map(({ shape }) => shape.type.value));

export const isPull = (row: Row): row is PullRow => KINDS.has(row.type);

export const placeOfVerdict = ({ puller, item }: Pick<PullVerdictRow, 'puller' | 'item'>): string =>
  `verdict ${puller} ${item}`;
