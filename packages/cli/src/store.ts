/**
 * Where the journal lies that a command is about: in a data directory, or in a database. As `start` decides it, but
 * that `--data` by itself means that directory's own journal, whatever database the environment names.
 */
import type { Verb } from './verb.js';
import { readSettings } from './node.js';
import { type DataOption, withData } from './settings.js';
import type { Terminal } from './terminal.js';

export interface StoreOptions extends DataOption {
  readonly database?: string;
}

export interface Directory {
  readonly kind: 'directory';
  readonly data: string;
  /** How it is called to people. */
  readonly name: string;
}

export interface Database {
  readonly kind: 'database';
  /** Where a node's token and quarantine lie. */
  readonly data: string;
  readonly journalUrl: string;
  readonly vaultUrl: string;
  readonly name: string;
}

export type Store = Directory | Database;

export const withStore = (verb: Verb, terminal: Terminal): Verb =>
  withDatabase(withData(verb, terminal));

export const withDatabase = (verb: Verb): Verb =>
  verb.option(
    '--database <url>',
    'a PostgreSQL instead; DATABASE_URL or JOURNAL_URL keeps its password out of the list of processes',
  );

export const isDatabase = (text: string): boolean => /^postgres(ql)?:\/\//.test(text);

export async function storeOf(
  terminal: Terminal,
  { data, database }: StoreOptions,
  verb: Pick<Verb, 'getOptionValueSource'>,
): Promise<Store> {
  const { env } = terminal;
  const isNamed = database !== undefined || env['DATABASE_URL'] || env['JOURNAL_URL'];
  const alone = database === undefined && verb.getOptionValueSource('data') === 'cli';
  // Without a database there is nothing to read of the environment, and no server to load.
  if (!isNamed || alone) return directoryAt(data);
  const urls = database === undefined ? env : { DATABASE_URL: database };
  const { DATABASE_URL, JOURNAL_URL } = urls;
  const { journalUrl, vaultUrl } = await readSettings({
    FAIRGROUND_DATA: data,
    DATABASE_URL,
    JOURNAL_URL,
  });
  if (journalUrl === undefined) return directoryAt(data);
  return {
    kind: 'database',
    data,
    journalUrl,
    vaultUrl: vaultUrl ?? journalUrl,
    name: shownUrl(journalUrl),
  };
}

export const directoryAt = (data: string): Directory => ({ kind: 'directory', data, name: data });

export const databaseAt = (url: string, data: string): Database => ({
  kind: 'database',
  data,
  journalUrl: url,
  vaultUrl: url,
  name: shownUrl(url),
});

/** An address without what opens it. */
export function shownUrl(text: string): string {
  if (!URL.canParse(text)) return 'the database';
  const url = new URL(text);
  const user = url.username === '' ? '' : `${url.username}@`;
  return `${url.protocol}//${user}${url.host}${url.pathname}`;
}
