/** `fairground import`: an exported journal becomes, or continues, a data directory. */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importLines, openFileJournal } from '@fairground/journal';
import { Option } from 'commander';
import { Failure } from '../exit.js';
import { eachLine, until } from '../lines.js';
import { counted, json, line } from '../print.js';
import { progress } from '../progress.js';
import { type DataOption, type JsonOption, withJson } from '../settings.js';
import { openExport } from '../source.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';
import { VAULT_FILE, writeWhole } from './export.js';

interface ImportOptions extends DataOption, JsonOption {
  readonly vault?: string;
}

export function addImport(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('import')
    .description('Take an exported journal into a data directory, new or of the same history.')
    .argument('<file>', 'an exported journal')
    .addOption(
      new Option(
        '--data <dir>',
        'the data directory; no server may run on it',
      ).makeOptionMandatory(),
    )
    .option('--vault <file>', 'also take in an exported vault, where there is none yet')
    .example('import journal.ndjson --data ./copy', 'A copy that can be verified and started.')
    .example(
      'import journal.ndjson --vault vault.ndjson --data ./copy',
      'The same, with everyone’s keys.',
    );
  withJson(verb).action((file: string, options: ImportOptions) =>
    importAll(terminal, file, options),
  );
}

async function importAll(terminal: Terminal, file: string, options: ImportOptions): Promise<void> {
  const { data, vault } = options;
  const vaultPath = join(data, VAULT_FILE);
  if (vault !== undefined && existsSync(vaultPath))
    throw new Failure('refused', `${vaultPath} exists already; a vault is never overwritten.`);
  const { journalId, body } = await openExport(terminal, file);
  const dir = join(data, 'journal');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const journal = await openFileJournal({ dir, id: journalId });
  const bar = progress(terminal, 'importing', 'entries');
  try {
    // The vault first: whatever the journal refers to must be there before it.
    if (vault !== undefined) await writeWhole(vaultPath, [await readFile(vault, 'latin1')], 0o600);
    const lines = eachLine(until(terminal.signal, body));
    const { known, added } = await importLines(lines, journal, (entries) => bar.at(entries));
    bar.end();
    if (options.json) return json(terminal, { journal: journalId, known, added, vault });
    const before =
      known === 0 ? '' : `, ${counted(known, 'entry was', 'entries were')} there already`;
    line(terminal.out, `${counted(added, 'entry', 'entries')} taken into ${data}${before}`);
  } finally {
    bar.end();
    await journal.close();
  }
}
