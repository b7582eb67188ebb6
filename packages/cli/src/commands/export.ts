/** `fairground export`: the journal as one file, byte for byte, also beside the running nodes. */
import { existsSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exportChunks, sealOf } from '@fairground/journal';
import { Failure } from '../exit.js';
import { until } from '../lines.js';
import { loadServer } from '../node.js';
import { counted, grouped, json, line } from '../print.js';
import { progress } from '../progress.js';
import { openReading } from '../reading.js';
import { sealStore } from '../seal.js';
import { type JsonOption, withJson, withUrl } from '../settings.js';
import { type Store, type StoreOptions, storeOf, withStore } from '../store.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

interface ExportOptions extends StoreOptions, JsonOption {
  readonly vault?: string;
  readonly seal?: boolean;
  /** Of the server through which it is sealed, where one runs. */
  readonly url: string;
  readonly force?: boolean;
}

export const VAULT_FILE = 'vault.ndjson';

export function addExport(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('export')
    .description('Write the journal to a file, byte for byte. The nodes may run on.')
    .argument('<file>', 'where to; “-” for the standard output')
    .option('--vault <file>', 'also copy handles, keys and texts: private, keep it safe')
    .option('--seal', 'end it here for good, and write what goes on elsewhere')
    .option('--force', 'write over files that exist')
    .example('export journal.ndjson', 'The public journal: anyone can verify it.')
    .example('export journal.ndjson --vault vault.ndjson', 'All that is needed to go on elsewhere.')
    .example(
      'export journal.ndjson --vault vault.ndjson --seal',
      'A move: nothing is decided here any more.',
    )
    .example('export - | gzip > journal.ndjson.gz', 'Packed.');
  withJson(withUrl(withStore(verb, terminal), terminal)).action(
    async (file: string, options: ExportOptions, self: Verb) =>
      exportAll(terminal, file, options, await storeOf(terminal, options, self)),
  );
}

async function exportAll(
  terminal: Terminal,
  file: string,
  options: ExportOptions,
  store: Store,
): Promise<void> {
  for (const path of [file, options.vault]) {
    if (path !== undefined && path !== '-' && existsSync(path) && !options.force) {
      throw new Failure('usage', `${path} exists already; --force writes over it.`);
    }
  }
  if (options.seal) await sealStore(terminal, store, options.url);
  const { id, entries, sealedAt } = await writeJournal(terminal, file, store, options);
  if (options.vault !== undefined) await writeWhole(options.vault, vaultLines(store), 0o600);
  if (options.seal) line(terminal.err, `sealed with entry ${grouped(sealedAt ?? 0)}: ${ENDED}`);
  if (file === '-') return;
  const { vault } = options;
  if (options.json)
    return json(terminal, { file, journal: id, entries, vault, sealed: sealedAt !== undefined });
  const also = vault === undefined ? '' : `, the vault to ${vault}`;
  line(terminal.out, `${counted(entries, 'entry', 'entries')} written to ${file}${also}`);
}

const ENDED = 'nothing is decided here any more; import what was written where it goes on';

interface Written {
  readonly id: string;
  readonly entries: number;
  /** The entry that ended it, where it has ended. */
  readonly sealedAt: number | undefined;
}

/** With --seal all but the seal itself: what is written can go on. */
async function writeJournal(
  terminal: Terminal,
  file: string,
  store: Store,
  { seal }: ExportOptions,
): Promise<Written> {
  const journal = await openReading(store);
  const bar = progress(terminal, 'exporting', 'entries');
  try {
    const { lastSeq } = await journal.head();
    const sealedAt = await sealOf(journal);
    const through = seal && sealedAt !== undefined ? sealedAt - 1 : lastSeq;
    const onProgress = (done: number, all: number): void => bar.at(done, all);
    const chunks = until(terminal.signal, exportChunks(journal, { onProgress, through }));
    if (file === '-') for await (const chunk of chunks) await written(terminal, chunk);
    else await writeWhole(file, chunks);
    return { id: journal.id, entries: through, sealedAt };
  } finally {
    bar.end();
    await journal.close();
  }
}

/** A pipe that is full is waited for, so that memory stays small. */
async function written({ out }: Terminal, chunk: string): Promise<void> {
  if (!out.write(chunk)) await new Promise<void>((resolve) => out.once('drain', resolve));
}

/** A file under its name is whole: it is written aside, put on the disk, and renamed. */
export async function writeWhole(
  path: string,
  chunks: AsyncIterable<string> | Iterable<string>,
  mode = 0o644,
): Promise<void> {
  const aside = `${path}.part`;
  const file = await open(aside, 'w', mode);
  try {
    for await (const chunk of chunks) await file.writeFile(chunk, 'latin1');
    await file.sync();
    await file.close();
    await rename(aside, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(aside, { force: true });
    throw error;
  }
}

/** Whole lines only: a running server may be in the middle of the next one. */
async function* vaultLines(store: Store): AsyncGenerator<string> {
  if (store.kind === 'database') {
    const { vaultLinesOf } = await loadServer();
    // As bytes, each of which is one character here.
    for await (const lines of vaultLinesOf(store.vaultUrl))
      yield Buffer.from(lines, 'utf8').toString('latin1');
    return;
  }
  const text = await readFile(join(store.data, VAULT_FILE), 'latin1');
  yield text.slice(0, text.lastIndexOf('\n') + 1);
}
