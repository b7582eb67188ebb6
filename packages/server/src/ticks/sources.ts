/** Where ticks may come from: a source that is registered so may send its own symbols alone. */
import type { Row, TickSourceRow } from '../vault/rows.js';

export const SOURCES = { max: 200, symbolsMax: 2_000 } as const;

export class TickSources {
  readonly #keep: (row: Row) => Promise<void>;
  readonly #sources = new Map<string, TickSourceRow>();
  #symbols = new Map<string, ReadonlySet<string>>();
  #overRows = 0;

  /** `keep` resolves when the row is durable and was applied. */
  constructor(keep: (row: Row) => Promise<void>) {
    this.#keep = keep;
  }

  all(): readonly TickSourceRow[] {
    return [...this.#sources.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  by(name: string): TickSourceRow | undefined {
    return this.#sources.get(name);
  }

  /** Whether this source may send this symbol. One that nobody registered may send any. */
  allows(source: string, symbol: string): boolean {
    if (this.#sources.get(source)?.requires_registration !== true) return true;
    return this.#symbols.get(source)?.has(symbol) === true;
  }

  put(source: Omit<TickSourceRow, 'type'>): Promise<void> {
    return this.#keep({ type: 'tick_source', ...source });
  }

  drop(name: string): Promise<void> {
    return this.#keep({ type: 'tick_source_gone', name });
  }

  apply(row: Extract<Row, { type: 'tick_source' | 'tick_source_gone' }>): void {
    if (this.#sources.has(row.name)) this.#overRows++;
    if (row.type === 'tick_source') {
      this.#sources.set(row.name, row);
      this.#symbols.set(row.name, new Set(row.symbols));
      return;
    }
    this.#overRows++;
    this.#sources.delete(row.name);
    this.#symbols.delete(row.name);
  }

  rows(): Iterable<TickSourceRow> {
    return this.#sources.values();
  }

  /** How many rows of the store count for nothing any more, told once. */
  sweep(): number {
    const count = this.#overRows;
    this.#overRows = 0;
    return count;
  }
}
