/** Carrying a journal between stores: entry lines byte for byte, groups as they come. */
import { decodeEntry, type Entry, fold, type World } from '@fairground/engine';
import type { Head, Journal, JournalReader } from './journal.js';
import { Making } from './making.js';
import { checkedEntry, linesOf, type Recovered, recover } from './recover.js';
import { JournalTape } from './tape.js';

/** The first line of an exported file: the id seeds the chain, so without it nothing can be checked. */
const HEADER = /^#fairground journal 1 ([0-9a-f]{32})$/;

export interface ExportOptions {
  readonly onProgress?: (done: number, all: number) => void;
  /** The last entry to be written; absent: all that is durable when it begins. */
  readonly through?: number;
}

/** Chunks of text: a header line, then every durable entry's line as it is stored. */
export async function* exportChunks(
  journal: JournalReader,
  { onProgress, through }: ExportOptions = {},
): AsyncIterableIterator<string> {
  const lastSeq = through ?? (await journal.head()).lastSeq;
  yield `#fairground journal 1 ${journal.id}\n`;
  let done = 0;
  for await (const chunk of new JournalTape(journal).linesFrom(1, lastSeq)) {
    yield chunk;
    done += chunk.split('\n').length - 1;
    onProgress?.(done, lastSeq);
  }
}

/** The journal id in an export's first line; undefined where it is none. */
export const idInHeader = (line: string): string | undefined => HEADER.exec(line)?.[1];

/** The entry that ends an exchange, where it has ended: the last one. What comes before it may go on elsewhere. */
export async function sealOf(journal: JournalReader): Promise<number | undefined> {
  const { lastSeq } = await journal.head();
  const line = lastSeq > 0 ? await new JournalTape(journal).lineAt(lastSeq) : undefined;
  return line !== undefined && isSeal(line) ? lastSeq : undefined;
}

const isSeal = (line: string): boolean =>
  decodeEntry(line).events.some(({ type }) => type === 'sealed');

export class ImportRefused extends Error {}

export interface ImportOptions {
  /** Told how many entries are durable. */
  readonly onProgress?: (entries: number) => void;
  /** Awaited once all that is there is known to be the same, before anything is written. */
  readonly onAgreed?: () => Promise<void>;
}

export interface Imported {
  /** Entries that were there already, and those that were added. */
  readonly known: number;
  readonly added: number;
}

/**
 * Leads like any other writer and appends what is missing. What the journal already holds must be the same
 * lines: two copies that both went on are two exchanges, and are not joined.
 */
export async function importLines(
  lines: AsyncIterable<string>,
  journal: Journal,
  { onProgress, onAgreed }: ImportOptions = {},
): Promise<Imported> {
  const { lastSeq: known } = await journal.head();
  const there = linesOfTape(new JournalTape(journal), known);
  let importer: Importer | undefined;
  let seq = 0;
  for await (const line of lines) {
    seq++;
    if (seq > known) {
      if (!importer) {
        importer = await Importer.lead(journal, known, onProgress);
        await onAgreed?.();
      }
      await importer.add(line);
    } else if ((await there.next()).value !== line) {
      throw new ImportRefused(`Entry ${seq} here is another: these are two different histories.`);
    }
  }
  if (!importer) await onAgreed?.();
  await importer?.flush();
  return { known: Math.min(known, seq), added: Math.max(0, seq - known) };
}

async function* linesOfTape(tape: JournalTape, last: number): AsyncGenerator<string, undefined> {
  for await (const chunk of tape.linesFrom(1, last)) yield* linesOf(chunk);
}

/** Appends entry lines to a journal whose every entry they continue. */
class Importer {
  readonly #journal: Journal;
  readonly #world: World;
  readonly #onProgress: ((entries: number) => void) | undefined;
  #head: Head;
  /** Of the newest entry, appended or not. */
  #hash: string;
  #making = new Making();

  private constructor(
    journal: Journal,
    { world, head }: Recovered,
    onProgress?: (entries: number) => void,
  ) {
    this.#journal = journal;
    this.#world = world;
    this.#head = head;
    this.#hash = head.hash;
    this.#onProgress = onProgress;
  }

  static async lead(
    journal: Journal,
    known: number,
    onProgress?: (entries: number) => void,
  ): Promise<Importer> {
    const { lastSeq } = await journal.take();
    if (lastSeq !== known) throw new ImportRefused('Somebody else writes to this journal.');
    return new Importer(journal, await recover(journal), onProgress);
  }

  async add(line: string): Promise<void> {
    const entry = this.#checked(line);
    fold(this.#world, entry);
    this.#making.add(line);
    this.#hash = entry.hash;
    if (!this.#making.hasRoom) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#making.count === 0) return;
    const { group, prev } = this.#making.groupAfter(this.#head, this.#hash);
    const outcome = await this.#journal.append(group, prev);
    if (outcome === 'fenced')
      throw new ImportRefused('Another node leads meanwhile. Stop it, and import again to go on.');
    if (outcome !== 'done') throw new ImportRefused(`The journal said ${outcome}.`);
    const { grp, term, lastSeq, hash } = group;
    this.#head = { grp, term, lastSeq, hash };
    this.#making = new Making();
    this.#onProgress?.(lastSeq);
  }

  #checked(line: string): Entry {
    try {
      return checkedEntry(line, this.#hash, this.#world);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new ImportRefused(`What is imported does not continue this journal. ${what}`);
    }
  }
}
