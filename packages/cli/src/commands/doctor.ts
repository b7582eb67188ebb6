/** `fairground doctor`: whether what the exchange rests on is as it must be. */
import { examine, type Finding } from '../doctor.js';
import { Failure } from '../exit.js';
import { counted, json, table } from '../print.js';
import { type JsonOption, withJson } from '../settings.js';
import { type Store, type StoreOptions, storeOf, withStore } from '../store.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

interface DoctorOptions extends StoreOptions, JsonOption {
  readonly node?: readonly string[];
}

export function addDoctor(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('doctor')
    .description(
      'Look at the store, its clock, its lease or lock, the end of its journal, and its nodes. Changes nothing.',
    )
    .option(
      '--node <url...>',
      'servers that should be up: are they ready, and how far behind? (or FAIRGROUND_URL)',
    )
    .example('doctor', 'The data directory, or the database of DATABASE_URL.')
    .example('doctor --node http://10.0.0.5:4000 http://10.0.0.6:4000', 'And two nodes.');
  withJson(withStore(verb, terminal)).action(async (options: DoctorOptions, self: Verb) =>
    doctor(terminal, options, await storeOf(terminal, options, self)),
  );
}

async function doctor(
  terminal: Terminal,
  { node, json: asJson }: DoctorOptions,
  store: Store,
): Promise<void> {
  const named = terminal.env['FAIRGROUND_URL'];
  const nodes = node ?? (named ? [named] : []);
  const findings = await examine(terminal, store, nodes);
  const problems = findings.filter(({ verdict }) => verdict === 'problem').length;
  if (asJson) json(terminal, { store: store.name, healthy: problems === 0, findings });
  else draw(terminal, findings);
  if (problems > 0)
    throw new Failure('unwell', `${counted(problems, 'problem', 'problems')} found.`);
}

const MARKS = { good: '', note: 'note', problem: 'PROBLEM' } as const;

function draw(terminal: Terminal, findings: readonly Finding[]): void {
  table(
    terminal,
    [
      { name: 'what', flexible: true, wraps: true },
      { name: 'is', flexible: true, wraps: true },
      { name: '' },
      { name: 'what to do', flexible: true, wraps: true },
    ],
    findings.map(({ check, is, verdict, advice = '' }) => [check, is, MARKS[verdict], advice]),
  );
}
