/** `fairground replay-dead-letters`: what could not be taken as a tick is tried again, once its reason is gone. */
import {
  type Client,
  type DeadLetter,
  FairgroundRefusal,
  type LetterFilter,
} from '@fairground/client';
import { formatTime } from '@fairground/engine';
import { counted, type Column, json, line, plain, table } from '../print.js';
import { Failure } from '../exit.js';
import { progress } from '../progress.js';
import {
  type JsonOption,
  type ServerOptions,
  signedIn,
  withJson,
  withServer,
} from '../settings.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

interface Options extends ServerOptions, JsonOption {
  readonly reason?: string;
  readonly source?: string;
  readonly symbol?: string;
  readonly all?: boolean;
  readonly list?: boolean;
}

interface Outcome {
  replayed: number;
  repeated: number;
  readonly refused: { readonly id: string; readonly message: string }[];
}

const LISTED = 50;
const SHOWN_MAX = 20;

export function addDeadLetters(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('replay-dead-letters')
    .description('Try again what was sent as a tick and could not be taken.')
    .argument('[letters...]', 'their ids, or a filter, or --all')
    .option('--reason <reason>', 'only of this reason, such as unknown_symbol')
    .option('--source <name>', 'only of this source')
    .option('--symbol <name>', 'only of this symbol')
    .option('--all', 'all that are open')
    .option('--list', 'show them, and replay nothing');
  withJson(withServer(verb, terminal))
    .example('replay-dead-letters --list', 'What lies there, the newest first.')
    .example(
      'replay-dead-letters --reason unknown_symbol --source desk',
      'Once the source has its symbol.',
    )
    .example('replay-dead-letters --all', 'What still is no tick stays, and is said.')
    .action(async (ids: readonly string[], options: Options) => {
      if (options.list) return list(terminal, options);
      await replay(terminal, ids, options);
    });
}

const filterOf = ({ reason, source, symbol }: Options): LetterFilter => ({
  ...(reason !== undefined && { reason }),
  ...(source !== undefined && { source }),
  ...(symbol !== undefined && { symbol }),
});

async function replay(terminal: Terminal, ids: readonly string[], options: Options): Promise<void> {
  const of = filterOf(options);
  const isFiltered = Object.keys(of).length > 0;
  const ways = [ids.length > 0, isFiltered || options.all === true];
  if (ways.filter(Boolean).length !== 1)
    throw new Failure('usage', 'Say which: their ids, or a filter, or --all. --list shows them.');
  const client = signedIn(terminal, options);
  const outcome =
    ids.length > 0
      ? await replayEach(terminal, client, ids)
      : await replayAll(terminal, client, of);
  if (options.json) return json(terminal, outcome);
  tell(terminal, outcome);
}

async function replayEach(
  { signal }: Terminal,
  { deadLetters }: Client,
  ids: readonly string[],
): Promise<Outcome> {
  const outcome: Outcome = { replayed: 0, repeated: 0, refused: [] };
  for (const id of ids) {
    try {
      if (await deadLetters.replay(id, { signal })) outcome.repeated++;
      outcome.replayed++;
    } catch (error) {
      if (!(error instanceof FairgroundRefusal) || error.code !== 'tick_refused') throw error;
      outcome.refused.push({ id, message: error.details[0]?.message ?? error.message });
    }
  }
  return outcome;
}

async function replayAll(
  terminal: Terminal,
  { deadLetters }: Client,
  of: LetterFilter,
): Promise<Outcome> {
  const { signal } = terminal;
  const outcome: Outcome = { replayed: 0, repeated: 0, refused: [] };
  const { open } = await deadLetters.list({ ...of, limit: 1 }, { signal });
  const bar = progress(terminal, 'replaying', 'letters');
  try {
    for (let cursor: string | undefined; ; ) {
      const told = await deadLetters.replayMany({ ...of, ...(cursor && { cursor }) }, { signal });
      outcome.replayed += told.replayed;
      outcome.repeated += told.repeated;
      outcome.refused.push(...told.refused);
      const done = outcome.replayed + outcome.refused.length;
      bar.at(done, Math.max(done, open));
      cursor = told.cursor;
      if (cursor === undefined) return outcome;
    }
  } finally {
    bar.end();
  }
}

function tell({ out }: Terminal, { replayed, repeated, refused }: Outcome): void {
  const before = repeated === 0 ? '' : `, of which ${repeated} had been taken before`;
  line(out, `${counted(replayed, 'letter', 'letters')} replayed${before}`);
  if (refused.length === 0) return;
  line(out, `${counted(refused.length, 'still is no tick', 'still are no ticks')}`);
  for (const { id, message } of refused.slice(0, SHOWN_MAX))
    line(out, `  ${id}: ${plain(message)}`);
  if (refused.length > SHOWN_MAX) line(out, '  …');
}

const COLUMNS: readonly Column[] = [
  { name: 'letter' },
  { name: 'at', spare: 1 },
  { name: 'reason' },
  { name: 'what is wrong', wraps: true },
  { name: 'as it came', flexible: true, spare: 2 },
];

async function list(terminal: Terminal, options: Options): Promise<void> {
  const { signal } = terminal;
  const { deadLetters } = signedIn(terminal, options);
  const { items, open } = await deadLetters.list(
    { ...filterOf(options), limit: LISTED },
    { signal },
  );
  if (options.json) return json(terminal, { items, open });
  if (items.length === 0) return line(terminal.out, 'there are none');
  table(terminal, COLUMNS, items.map(rowOf));
  if (open > items.length) line(terminal.err, `${counted(open, 'is', 'are')} open in all`);
}

const rowOf = ({ id, at, reason, message, payload }: DeadLetter): string[] => [
  id,
  formatTime(at),
  reason,
  message,
  payload,
];
