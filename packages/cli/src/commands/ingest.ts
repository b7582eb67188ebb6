/** `fairground ingest`: a file of ticks goes to the server, each tick once, however often it is begun. */
import {
  type Client,
  FairgroundNotNow,
  FairgroundUnknown,
  type Ingested,
} from '@fairground/client';
import { Option } from 'commander';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../exit.js';
import { counted, grouped, json, line, plain } from '../print.js';
import { progress } from '../progress.js';
import {
  countArgument,
  type JsonOption,
  type ServerOptions,
  signedIn,
  withJson,
  withServer,
} from '../settings.js';
import type { Terminal } from '../terminal.js';
import { type Block, BLOCK, blocksOf } from '../ticks/blocks.js';
import { columnsIn, type Mapping, TIME_UNITS, type TimeUnit } from '../ticks/rows.js';
import type { Verb } from '../verb.js';

interface Options extends ServerOptions, JsonOption {
  readonly map?: string;
  readonly source?: string;
  readonly symbol?: string;
  readonly timeUnit: TimeUnit;
  readonly from: number;
}

/** A server that starts anew is waited for. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;
const SHOWN_MAX = 5;

export function addIngest(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('ingest')
    .description('Send a file of ticks: CSV with a header, or a line of JSON for each; also .gz.')
    .argument('<file>', 'the file')
    .option('--map <fields>', 'which column is which field, such as time=traded_at,id=trade_id')
    .option('--source <name>', 'the source of all of them')
    .option('--symbol <name>', 'the symbol of all of them')
    .addOption(
      new Option('--time-unit <unit>', 'what its times count, where they are numbers')
        .choices(TIME_UNITS)
        .default('us'),
    )
    .addOption(
      new Option('--from <row>', 'leave out so many rows, which were sent before')
        .argParser(countArgument(0, Number.MAX_SAFE_INTEGER))
        .default(0),
    );
  withJson(withServer(verb, terminal))
    .example('ingest ticks.ndjson', 'With a key of the scope ingest in FAIRGROUND_KEY.')
    .example(
      'ingest trades.csv.gz --source desk --map time=exchange_time_us,id=trade_id',
      'Columns with other names. Begun again it sends no tick twice.',
    )
    .action((file: string, options: Options) => ingest(terminal, file, options));
}

interface Sums {
  rows: number;
  taken: number;
  repeated: number;
  late: number;
  dead: number;
}

/** By its row, counted from 1. */
interface Dead {
  readonly row: number;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly letter: string | undefined;
}

async function ingest(terminal: Terminal, file: string, options: Options): Promise<void> {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new Failure('usage', `There is no file ${file}.`);
  const client = signedIn(terminal, options);
  const sums: Sums = { rows: 0, taken: 0, repeated: 0, late: 0, dead: 0 };
  const dead: Dead[] = [];
  const bar = progress(terminal, 'sending', 'kB');
  let next = options.from - (options.from % BLOCK);
  try {
    for await (const block of blocksOf(file, mappingOf(options), terminal.signal)) {
      if (block.from < next) continue;
      const told = await sent(terminal, client, block);
      add(sums, dead, block, told);
      next = block.from + block.rows;
      bar.at(Math.ceil(block.bytes / 1_000), Math.ceil(size / 1_000));
    }
  } catch (error) {
    bar.end();
    if (sums.rows > 0) {
      tell(terminal, sums, dead);
      line(terminal.err, `the rest: the same with --from ${next}`);
    }
    throw error;
  }
  bar.end();
  if (options.json) return json(terminal, { ...sums, deadLetters: dead });
  tell(terminal, sums, dead);
}

function mappingOf({ map, source, symbol, timeUnit }: Options): Mapping {
  const fixed = {
    ...(source !== undefined && { source }),
    ...(symbol !== undefined && { symbol }),
  };
  return { columns: map === undefined ? new Map() : columnsIn(map), fixed, timeUnit };
}

/** Until it is known what became of it. A server that is busy is waited for, one that is gone for a minute. */
async function sent(
  { signal }: Terminal,
  client: Pick<Client, 'ticks'>,
  { text, key }: Block,
): Promise<Ingested> {
  for (let goneMs = 0; ; ) {
    try {
      return await client.ticks.ingest(text, { key, signal });
    } catch (error) {
      signal.throwIfAborted();
      const isBusy = error instanceof FairgroundNotNow && error.code !== 'unreachable';
      if (!isBusy && !(error instanceof FairgroundNotNow || error instanceof FairgroundUnknown))
        throw error;
      const waitMs = error instanceof FairgroundNotNow ? error.retryAfterMs : 0;
      const pauseMs = Math.max(PAUSE_MS, waitMs);
      goneMs = isBusy ? 0 : goneMs + pauseMs;
      if (goneMs > PATIENCE_MS) throw error;
      await sleep(pauseMs, undefined, { signal });
    }
  }
}

function add(sums: Sums, dead: Dead[], { from, rows }: Block, told: Ingested): void {
  sums.rows += rows;
  sums.taken += told.taken;
  sums.repeated += told.repeated;
  sums.late += told.late;
  sums.dead += told.dead;
  for (const { index, became, reason, message, letter } of told.items)
    if (became === 'dead' && dead.length < SHOWN_MAX)
      dead.push({ row: from + index + 1, reason, message, letter });
}

function tell({ out, err }: Terminal, sums: Sums, dead: readonly Dead[]): void {
  const { rows, taken, late, repeated } = sums;
  line(out, `${counted(rows, 'row', 'rows')}: ${grouped(taken)} taken (${grouped(late)} late)`);
  if (repeated > 0) line(out, `${grouped(repeated)} had been taken before`);
  if (sums.dead === 0) return;
  line(out, `${counted(sums.dead, 'is a dead letter', 'are dead letters')}`);
  for (const { row, message } of dead) line(out, `  row ${grouped(row)}: ${plain(message ?? '')}`);
  line(err, 'An admin mends and replays them: fairground replay-dead-letters --help');
}
