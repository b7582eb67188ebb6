/** Where a journal can be read: a store (also beside its running nodes), an exported file, a server. */
import { statSync } from 'node:fs';
import { idInHeader, type JournalReader, JournalTape } from '@fairground/journal';
import { Failure } from './exit.js';
import { wholeLines } from './lines.js';
import { openReading } from './reading.js';
import { clientOf } from './settings.js';
import { databaseAt, directoryAt, isDatabase, type Store } from './store.js';
import type { Terminal } from './terminal.js';

export interface Source {
  /** What it is, for people. */
  readonly name: string;
  readonly journalId: string;
  /** How many entries there are; unknown of a file. */
  readonly entries?: number;
  /** Chunks of whole lines. */
  readonly chunks: AsyncIterable<string>;
  /** The hash the other side names for an entry, where it names any. */
  publishedHash(seq: number): Promise<string | undefined>;
}

export const isUrl = (text: string): boolean => /^https?:\/\//.test(text);

export async function openSource(terminal: Terminal, name: string): Promise<Source> {
  if (isUrl(name)) return serverSource(terminal, name);
  if (isDatabase(name)) return storeSource(databaseAt(name, ''));
  const found = statSync(name, { throwIfNoEntry: false });
  if (!found) throw new Failure('fault', `There is no file or directory ${name}.`);
  return found.isDirectory() ? storeSource(directoryAt(name)) : fileSource(terminal, name);
}

export async function storeSource(store: Store): Promise<Source> {
  const journal = await openReading(store);
  const { lastSeq } = await journal.head();
  return {
    name: store.name,
    journalId: journal.id,
    entries: lastSeq,
    chunks: linesOf(journal, lastSeq),
    publishedHash: async () => undefined,
  };
}

/** Closed when they are read, or given up. */
async function* linesOf(journal: JournalReader, last: number): AsyncGenerator<string, void> {
  try {
    yield* new JournalTape(journal).linesFrom(1, last);
  } finally {
    await journal.close();
  }
}

async function fileSource(terminal: Terminal, path: string): Promise<Source> {
  const { journalId, body } = await openExport(terminal, path);
  return { name: path, journalId, chunks: body, publishedHash: async () => undefined };
}

/** An exported file: its journal’s id, and the lines after the header. */
export async function openExport(
  terminal: Terminal,
  path: string,
): Promise<{ journalId: string; body: AsyncIterable<string> }> {
  const chunks = wholeLines(path, terminal.signal);
  const first = await chunks.next();
  const text = first.done ? '' : first.value;
  const end = text.indexOf('\n');
  const journalId = idInHeader(text.slice(0, Math.max(0, end)));
  if (journalId === undefined) throw new Failure('fault', `${path} is not an exported journal.`);
  return { journalId, body: after(text.slice(end + 1), chunks) };
}

async function* after(first: string, rest: AsyncIterable<string>): AsyncGenerator<string, void> {
  if (first !== '') yield first;
  yield* rest;
}

async function serverSource(terminal: Terminal, url: string): Promise<Source> {
  const client = clientOf(terminal, url);
  const { signal } = terminal;
  const { seq, journal } = await client.head(undefined, { signal });
  return {
    name: url,
    journalId: journal,
    entries: seq,
    chunks: client.journal({ limit: Math.max(seq, 1), signal }),
    publishedHash: async (at) => (await client.head(at, { signal })).hash,
  };
}
