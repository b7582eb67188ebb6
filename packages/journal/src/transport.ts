/** Carrying a journal between stores: entry lines byte for byte, groups as they come. */
import { createWorld, fold } from '@fairground/engine';
import type { Journal } from './journal.js';
import { Making } from './making.js';
import { checkedEntry, recover } from './recover.js';
import { JournalTape } from './tape.js';

/** The first line of an exported file: the id seeds the chain, so without it nothing can be checked. */
const HEADER = /^#fairground journal 1 ([0-9a-f]{32})$/;

export interface ExportOptions {
  readonly onProgress?: (done: number, all: number) => void;
}

/** Chunks of text: a header line, then every durable entry's line as it is stored. */
export async function* exportChunks(
  journal: Journal,
  { onProgress }: ExportOptions = {},
): AsyncIterableIterator<string> {
  const { lastSeq } = await journal.head();
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

export class ImportRefused extends Error {}

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
  onProgress?: (entries: number) => void,
): Promise<Imported> {
  const tape = new JournalTape(journal);
  let head = await journal.take();
  const { world } = head.lastSeq === 0 ? { world: createWorld() } : await recover(journal);
  const known = head.lastSeq;
  let { hash } = head;
  let seq = 0;
  let making = new Making();
  const flush = async (): Promise<void> => {
    if (making.count === 0) return;
    const { group, prev } = making.groupAfter(head, hash);
    const outcome = await journal.append(group, prev);
    if (outcome !== 'done') throw new ImportRefused(`The journal said ${outcome}.`);
    head = { grp: group.grp, term: group.term, lastSeq: group.lastSeq, hash };
    making = new Making();
    onProgress?.(seq);
  };
  for await (const line of lines) {
    seq++;
    if (seq <= known) {
      if ((await tape.lineAt(seq)) !== line) {
        throw new ImportRefused(`Entry ${seq} here is another: these are two different histories.`);
      }
      continue;
    }
    const entry = checkedEntry(line, hash, seq);
    fold(world, entry);
    making.add(line);
    ({ hash } = entry);
    if (!making.hasRoom) await flush();
  }
  await flush();
  return { known: Math.min(known, seq), added: Math.max(0, seq - known) };
}
