/** Submit to acknowledged, in process, on each store; against appending the same bytes undecided. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  type Answer,
  commandIdOf,
  type Group,
  type Journal,
  openFileJournal,
  openPostgresJournal,
  Sequencer,
} from '@fairground/journal';
import { DATABASE_SETTINGS, type Database, startDatabase } from './database.js';
import { opening, playerName, tradeOf } from './exchange.js';
import { machine, median, type Report, type Row } from './report.js';

const PLAYERS = 1_000;
const TRADES = 40_000;
const ROUNDS = 5;
/** How many wait for their answers at once. */
const DEPTHS = [64, 1_000] as const;

/** Opens a journal of its own: a new one, or one with this id. */
type Open = (id?: string) => Promise<Journal>;

export async function benchDurable(): Promise<Report> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-bench-'));
  const server = await startDatabase();
  let count = 0;
  const inFile: Open = (id) => {
    const where = { dir: path.join(dir, `${++count}`), proofreads: id === undefined };
    return openFileJournal({ ...where, ...(id !== undefined && { id }) });
  };
  const inDatabase = (on: Database): Open => {
    return async (id) => {
      const connect = on.url(await on.database());
      return openPostgresJournal({ connect, ...(id !== undefined && { id }) });
    };
  };
  try {
    const rows: Row[] = [];
    for (const depth of DEPTHS) rows.push(await measure(`file, ${depth} waiting`, inFile, depth));
    if (server) {
      for (const depth of DEPTHS)
        rows.push(await measure(`PostgreSQL, ${depth} waiting`, inDatabase(server), depth));
    }
    const conditions = [
      machine(),
      `cpmm trades on one hot market, files in ${os.tmpdir()}, ${TRADES} trades a round, median of ${ROUNDS} rounds`,
      server ? DATABASE_SETTINGS : 'no PostgreSQL for this machine was found: its rows are missing',
      'reached: submit to acknowledged (decided, hashed, written, synced); baseline: the same groups of',
      'the same bytes, appended one after another without deciding',
    ];
    return { name: 'durable', conditions, rows };
  } finally {
    await server?.end();
    fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measure(what: string, open: Open, depth: number): Promise<Row> {
  const reached: number[] = [];
  const bare: number[] = [];
  let perGroup = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const live = await load(open, depth);
    reached.push(live.rate);
    perGroup = TRADES / live.groups.filter(({ firstSeq }) => firstSeq >= live.from).length;
    bare.push(await appendAgain(open, live));
  }
  return {
    what,
    rate: median(reached),
    baseline: 'append only',
    baselineRate: median(bare),
    aim: 0.7,
    note: `${perGroup.toFixed(0)} trades a group`,
  };
}

interface Load {
  readonly rate: number;
  /** The first trade's seq. */
  readonly from: number;
  readonly groups: readonly Group[];
  readonly id: string;
}

async function load(open: Open, depth: number): Promise<Load> {
  const journal = await open();
  const sequencer = await Sequencer.start({ journal, clock: () => Date.now() });
  const submit = submitter(sequencer);
  await Promise.all(
    [...opening(PLAYERS, 'cpmm')].slice(0, -2).map((wish) => submit('system', wish)),
  );
  for (const wish of [...opening(0, 'cpmm')].slice(-2)) await submit('system', wish);
  const from = sequencer.head.seq + 1;
  const start = performance.now();
  await keepBusy(depth, TRADES, (n) => submit(playerName(n % PLAYERS), tradeOf(n, 'cpmm')));
  const rate = (TRADES / (performance.now() - start)) * 1000;
  await sequencer.drain();
  const groups = await groupsOf(journal);
  await journal.close();
  return { rate, from, groups, id: journal.id };
}

export type Submit = (
  by: string,
  wish: Parameters<Sequencer['submit']>[0]['wish'],
) => Promise<Answer>;

export function submitter(sequencer: Sequencer): Submit {
  let count = 0;
  return async (by, wish) => {
    const id = commandIdOf(by, `bench-${++count}`);
    const answer = await sequencer.submit({ by, id, validUntil: sequencer.now() + 60_000, wish });
    if (answer.kind !== 'done') throw new Error(`${wish.type}: ${JSON.stringify(answer)}`);
    return answer;
  };
}

/** `depth` workers, each with one order on its way at a time. */
export async function keepBusy(
  depth: number,
  count: number,
  work: (n: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: depth }, worker));
}

async function groupsOf(journal: Journal): Promise<readonly Group[]> {
  const groups: Group[] = [];
  for (let after = 0; ; after = groups.at(-1)?.grp ?? after) {
    const more = await journal.read(after, 256);
    if (more.length === 0) return groups.filter(({ lines }) => lines !== '');
    groups.push(...more);
  }
}

/** The same journal again, group by group; timed from the first trade on. */
async function appendAgain(open: Open, { groups, from, id }: Load): Promise<number> {
  const journal = await open(id);
  let head = await journal.take();
  let start = 0;
  for (const { firstSeq, lastSeq, lines, hash } of groups) {
    if (firstSeq <= from) start = performance.now();
    const group = { grp: head.grp + 1, term: head.term, firstSeq, lastSeq, hash, lines };
    const said = await journal.append(group, head);
    if (said !== 'done') throw new Error(`append: ${said}`);
    head = { grp: group.grp, term: group.term, lastSeq, hash };
  }
  const rate = (TRADES / (performance.now() - start)) * 1000;
  await journal.close();
  return rate;
}
