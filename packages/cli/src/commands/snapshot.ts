/** `fairground snapshot`: what starts begin with, made now; the server may run on. */
import {
  makeFileSnapshot,
  type MakeOptions,
  openPostgresJournal,
  type SnapshotMade,
  type SnapshotSize,
  SnapshotTaken,
  snapshotsOf,
} from '@fairground/journal';
import { Failure } from '../exit.js';
import { counted, grouped, json, line } from '../print.js';
import { progress } from '../progress.js';
import { journalDirIn, openReading } from '../reading.js';
import { type JsonOption, withJson } from '../settings.js';
import { type Store, type StoreOptions, storeOf, withStore } from '../store.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

interface SnapshotOptions extends StoreOptions, JsonOption {
  readonly list?: boolean;
}

export function addSnapshot(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('snapshot')
    .description(
      'Make a snapshot of the journal now, so that starts are fast. The server may run on.',
    )
    .option('--list', 'only show those there are')
    .example('snapshot', 'One of the newest entry; the newest two are kept.')
    .example('snapshot --list', 'Entries and sizes.');
  withJson(withStore(verb, terminal)).action(async (options: SnapshotOptions, self: Verb) =>
    snapshot(terminal, await storeOf(terminal, options, self), options),
  );
}

async function snapshot(terminal: Terminal, store: Store, options: SnapshotOptions): Promise<void> {
  const journal = await openReading(store);
  const made = options.list ? undefined : await make(terminal, store);
  const kept = await snapshotsOf(journal);
  await journal.close();
  if (options.json) return json(terminal, { journal: journal.id, made, kept });
  if (made) line(terminal.out, saying(made));
  else if (kept.length === 0) line(terminal.out, 'There is no snapshot.');
  for (const one of kept) line(terminal.out, `  entry ${grouped(one.seq)} · ${sizeText(one)}`);
}

async function make(terminal: Terminal, store: Store): Promise<SnapshotMade> {
  const bar = progress(terminal, 'folding', 'entries');
  const onProgress = (done: number, all: number): void => bar.at(done, all);
  try {
    if (store.kind === 'database') return await makeInDatabase(store.journalUrl, { onProgress });
    return await makeFileSnapshot({ dir: journalDirIn(store.data), onProgress });
  } finally {
    bar.end();
  }
}

async function makeInDatabase(connect: string, options: MakeOptions): Promise<SnapshotMade> {
  const journal = await openPostgresJournal({ connect, name: 'snapshot' });
  try {
    return await journal.snapshotHere(options);
  } catch (error) {
    if (error instanceof SnapshotTaken) throw new Failure('not_now', error.message, error);
    throw error;
  } finally {
    await journal.close();
  }
}

const saying = ({ seq, hash, isNew }: SnapshotMade): string =>
  isNew
    ? `A snapshot of entry ${grouped(seq)} · ${hash.slice(0, 8)}… was made.`
    : `There is a snapshot of entry ${grouped(seq)} · ${hash.slice(0, 8)}… already.`;

const sizeText = ({ parts, bytes }: SnapshotSize): string =>
  `${counted(parts, 'part', 'parts')}, ${grouped(Math.ceil(bytes / 1024))} KiB`;
