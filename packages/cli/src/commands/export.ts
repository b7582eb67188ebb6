/** `fairground export`: the journal as one file, byte for byte, also beside the running server. */
import { existsSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exportChunks } from '@fairground/journal';
import { Failure } from '../exit.js';
import { until } from '../lines.js';
import { counted, json, line } from '../print.js';
import { progress } from '../progress.js';
import { type DataOption, type JsonOption, withData, withJson } from '../settings.js';
import { openReading } from '../reading.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

interface ExportOptions extends DataOption, JsonOption {
  readonly vault?: string;
  readonly force?: boolean;
}

export const VAULT_FILE = 'vault.ndjson';

export function addExport(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('export')
    .description('Write the journal to a file, byte for byte. The server may run on.')
    .argument('<file>', 'where to; “-” for the standard output')
    .option('--vault <file>', 'also copy handles, keys and texts: private, keep it safe')
    .option('--force', 'write over files that exist')
    .example('export journal.ndjson', 'The public journal: anyone can verify it.')
    .example('export journal.ndjson --vault vault.ndjson', 'All that is needed to go on elsewhere.')
    .example('export - | gzip > journal.ndjson.gz', 'Packed.');
  withJson(withData(verb, terminal)).action((file: string, options: ExportOptions) =>
    exportAll(terminal, file, options),
  );
}

async function exportAll(terminal: Terminal, file: string, options: ExportOptions): Promise<void> {
  for (const path of [file, options.vault]) {
    if (path !== undefined && path !== '-' && existsSync(path) && !options.force) {
      throw new Failure('usage', `${path} exists already; --force writes over it.`);
    }
  }
  const journal = await openReading(options.data);
  const { lastSeq } = await journal.head();
  const bar = progress(terminal, 'exporting', 'entries');
  try {
    const chunks = until(
      terminal.signal,
      exportChunks(journal, { onProgress: (done, all) => bar.at(done, all) }),
    );
    if (file === '-') for await (const chunk of chunks) await written(terminal, chunk);
    else await writeWhole(file, chunks);
  } finally {
    bar.end();
    await journal.close();
  }
  if (options.vault !== undefined) await writeWhole(options.vault, vaultLines(options.data), 0o600);
  if (file === '-') return;
  if (options.json)
    return json(terminal, { file, journal: journal.id, entries: lastSeq, vault: options.vault });
  const vault = options.vault === undefined ? '' : `, the vault to ${options.vault}`;
  line(terminal.out, `${counted(lastSeq, 'entry', 'entries')} written to ${file}${vault}`);
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
async function* vaultLines(dataDir: string): AsyncGenerator<string> {
  const text = await readFile(join(dataDir, VAULT_FILE), 'latin1');
  yield text.slice(0, text.lastIndexOf('\n') + 1);
}
