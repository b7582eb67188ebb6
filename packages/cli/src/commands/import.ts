/** `fairground import`: an exported journal becomes, or continues, a data directory or a database. */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  importLines,
  type Imported,
  type Journal,
  LedJournal,
  openFileJournal,
  openPostgresJournal,
  sealOf,
} from '@fairground/journal';
import { Failure } from '../exit.js';
import { eachLine, until } from '../lines.js';
import { loadServer } from '../node.js';
import { counted, json, line } from '../print.js';
import { progress } from '../progress.js';
import { type JsonOption, withJson } from '../settings.js';
import { openExport } from '../source.js';
import {
  type Database,
  type Directory,
  type Store,
  storeOf,
  type StoreOptions,
  withDatabase,
} from '../store.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';
import { VAULT_FILE, writeWhole } from './export.js';

interface ImportOptions extends Partial<StoreOptions>, JsonOption {
  readonly vault?: string;
}

export function addImport(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('import')
    .description(
      'Take an exported journal into a data directory or a database, new or of the same history.',
    )
    .argument('<file>', 'an exported journal')
    .option('--data <dir>', 'the data directory; no server may run on it');
  withJson(withDatabase(verb))
    .option('--vault <file>', 'also take in an exported vault, where there is none yet')
    .example('import journal.ndjson --data ./copy', 'A copy that can be verified and started.')
    .example(
      'import journal.ndjson --vault vault.ndjson --data ./copy',
      'The same, with everyone’s keys.',
    )
    .example(
      'import journal.ndjson --vault vault.ndjson',
      'Into the database of DATABASE_URL; no node may lead there.',
    )
    .action(async (file: string, options: ImportOptions, self: Verb) =>
      importAll(terminal, file, options, await targetOf(terminal, options, self)),
    );
}

/** Never a directory that nobody named. */
async function targetOf(
  terminal: Terminal,
  { data = '', database }: ImportOptions,
  verb: Verb,
): Promise<Store> {
  const store = await storeOf(terminal, { data, ...(database && { database }) }, verb);
  if (store.kind === 'directory' && data === '')
    throw new Failure('usage', 'Say where to: --data <dir>, --database <url> or DATABASE_URL.');
  return store;
}

async function importAll(
  terminal: Terminal,
  file: string,
  { vault, json: asJson }: ImportOptions,
  store: Store,
): Promise<void> {
  const taking = vault === undefined ? undefined : await takingOf(store, vault);
  try {
    const { journalId, body } = await openExport(terminal, file);
    const journal = await openWriting(store, journalId);
    const bar = progress(terminal, 'importing', 'entries');
    try {
      const lines = eachLine(until(terminal.signal, body));
      const imported = await importLines(lines, journal, {
        onProgress: (entries) => bar.at(entries),
        onAgreed: async () => taking?.write(),
      });
      bar.end();
      const sealed = (await sealOf(journal)) !== undefined;
      if (asJson) return json(terminal, { journal: journalId, ...imported, sealed, vault });
      tell(terminal, store, imported, sealed);
    } finally {
      bar.end();
      await journal.close();
    }
  } finally {
    taking?.close();
  }
}

function tell(terminal: Terminal, { name }: Store, imported: Imported, sealed: boolean): void {
  const { known, added } = imported;
  const before =
    known === 0 ? '' : `, ${counted(known, 'entry was', 'entries were')} there already`;
  line(terminal.out, `${counted(added, 'entry', 'entries')} taken into ${name}${before}`);
  if (sealed)
    line(terminal.err, 'It ends with its seal: this copy can be read, and decides nothing more.');
}

async function openWriting(store: Store, id: string): Promise<Journal> {
  if (store.kind === 'database') {
    const { journalUrl: connect } = store;
    return new LedJournal(await openPostgresJournal({ connect, id, name: 'import' }));
  }
  const dir = join(store.data, 'journal');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return openFileJournal({ dir, id });
}

/** A vault that waits for the word that the journal is the same: then it goes first. */
interface Taking {
  write(): Promise<void>;
  close(): void;
}

const takingOf = (store: Store, vault: string): Promise<Taking> =>
  store.kind === 'database' ? intoDatabase(store, vault) : intoDirectory(store, vault);

async function intoDirectory({ data }: Directory, vault: string): Promise<Taking> {
  const path = join(data, VAULT_FILE);
  if (existsSync(path))
    throw new Failure('refused', `${path} exists already; a vault is never overwritten.`);
  const { readVaultFile } = await loadServer();
  await readVaultFile(vault);
  return {
    write: async () => writeWhole(path, [await readFile(vault, 'latin1')], 0o600),
    close: () => undefined,
  };
}

async function intoDatabase({ vaultUrl }: Database, vault: string): Promise<Taking> {
  const { readVaultFile, VaultTaking, VaultThere } = await loadServer();
  const refused = (error: unknown): never => {
    throw error instanceof VaultThere ? new Failure('refused', error.message, error) : error;
  };
  const taking = await VaultTaking.begin(vaultUrl, await readVaultFile(vault)).catch(refused);
  return { write: () => taking.write().catch(refused), close: () => taking.close() };
}
