/** How long a start takes: from a snapshot, by full replay, by deciding all of it again; against parsing the lines. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  createWorld,
  decide,
  encodeBody,
  type Entry,
  fold,
  hashZero,
  sealBody,
  type Wish,
  type World,
} from '@fairground/engine';
import {
  type FileJournal,
  type Group,
  type Head,
  JournalTape,
  makeFileSnapshot,
  nodeChain,
  openFileJournal,
  recover,
  type SnapshotMade,
  verifyLines,
} from '@fairground/journal';
import { AT, commandOf, opening, playerName, tradeOf } from './exchange.js';
import { machine, type Report, type Row, type Size } from './report.js';

/** A million takes minutes: it is asked for by name. */
const ENTRIES_OF: Readonly<Record<Size, number>> = { short: 100_000, full: 1_000_000 };
const PLAYERS = 10_000;
const ID = '0123456789abcdef'.repeat(2);
/** As under load: enough for one sync to be cheap. */
const ENTRIES_PER_GROUP = 200;
const GROUPS_AT_ONCE = 64;

export async function benchRecover(size: Size): Promise<Report> {
  const entries = ENTRIES_OF[size];
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-bench-'));
  try {
    const written = await write(dir, entries);
    return await measure(dir, written);
  } finally {
    fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Written {
  readonly entries: number;
  readonly bytes: number;
  /** Of all entries but the last tenth, as if they had come since. */
  readonly early: SnapshotMade;
}

/** The journal as an exchange leaves it: accounts, a market, then trades. */
async function write(dir: string, entries: number): Promise<Written> {
  const journal = await openFileJournal({ dir, id: ID });
  const maker = new Maker(entries);
  let head = await journal.take();
  let bytes = 0;
  let early: SnapshotMade | undefined;
  while (maker.seq < entries) {
    const group = maker.groupAfter(head);
    const said = await journal.append(group, head);
    if (said !== 'done') throw new Error(`append: ${said}`);
    bytes += group.lines.length;
    head = { grp: group.grp, term: group.term, lastSeq: group.lastSeq, hash: group.hash };
    if (!early && maker.seq >= entries * 0.9) early = await makeFileSnapshot({ dir });
  }
  await journal.close();
  if (!early) throw new Error('no snapshot was made');
  return { entries, bytes, early };
}

class Maker {
  readonly #entries: number;
  readonly #world: World = createWorld();
  readonly #opening: Iterator<Wish> = opening(PLAYERS, 'cpmm');
  #hash = hashZero(ID);
  #commands = 0;

  constructor(entries: number) {
    this.#entries = entries;
  }

  get seq(): number {
    return this.#world.seq;
  }

  groupAfter({ grp, term }: Head): Group {
    const firstSeq = this.seq + 1;
    const lines: string[] = [];
    while (lines.length < ENTRIES_PER_GROUP && this.seq < this.#entries) lines.push(this.#line());
    const text = `${lines.join('\n')}\n`;
    return { grp: grp + 1, term, firstSeq, lastSeq: this.seq, hash: this.#hash, lines: text };
  }

  #line(): string {
    const n = ++this.#commands;
    const next = this.#opening.next();
    const [by, wish] = next.done
      ? [playerName(n % PLAYERS), tradeOf(n, 'cpmm')]
      : ['system', next.value];
    const command = commandOf(n, by, wish);
    const decision = decide(this.#world, command, AT);
    if (decision.kind !== 'accepted') throw new Error(`${wish.type}: ${JSON.stringify(decision)}`);
    const { events } = decision;
    const entry: Entry = { v: 1, seq: this.seq + 1, at: AT, rules: 1, command, events, hash: '' };
    const body = encodeBody(entry);
    this.#hash = nodeChain(this.#hash, body);
    fold(this.#world, entry);
    return sealBody(body, this.#hash);
  }
}

async function measure(dir: string, { entries, bytes, early }: Written): Promise<Report> {
  const opened = await timed(() => openFileJournal({ dir }));
  const journal = opened.value;
  const parsedMs = await parseAll(journal);
  const replayed = await timed(() => recover(journal, { ignoresSnapshots: true }));
  const begun = await timed(() => recover(journal));
  if (begun.value.snapshotSeq !== early.seq) throw new Error('it did not begin with the snapshot');
  const verified = await timed(() =>
    verifyLines(new JournalTape(journal).linesFrom(1), { journalId: ID }),
  );
  if (verified.value.differences.length > 0) throw new Error('the journal does not verify');
  const made = await timed(() => makeFileSnapshot({ dir }));
  const loaded = await timed(() => recover(journal));
  const { lastSeq } = loaded.value.head;
  await journal.close();
  const row = (what: string, ms: number, note: string, aim?: number): Row => ({
    what,
    rate: (entries / ms) * 1000,
    baseline: 'JSON.parse of the lines',
    baselineRate: (entries / parsedMs) * 1000,
    ...(aim !== undefined && { aim }),
    note,
  });
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
  const rows = [
    row('full replay', replayed.ms, seconds(replayed.ms), 0.5),
    row('verify', verified.ms, `${seconds(verified.ms)}, every command decided again`),
    row(
      'snapshot and a tenth',
      begun.ms,
      `${seconds(begun.ms)}, ${lastSeq - early.seq} entries folded`,
    ),
    row('snapshot of the end', loaded.ms, seconds(loaded.ms)),
    row('opening the directory', opened.ms, `${seconds(opened.ms)}, before any of these`),
    row(
      'making a snapshot',
      made.ms,
      `${seconds(made.ms)}, a tenth folded; ${kib(made.value.bytes)}`,
    ),
  ];
  const conditions = [
    machine(),
    `${entries} entries of cpmm trades by ${PLAYERS} players on one hot market, ${mib(bytes)},`,
    `${ENTRIES_PER_GROUP} a group, file journal in ${os.tmpdir()}; each once, one after another, in one process`,
    'reached: entries there are, by the time until the world stands; all read the journal through the file system;',
    'full replay reads, checks form and chain, and folds; baseline: parsing each line, without reading them',
  ];
  return { name: 'recover', conditions, rows };
}

const kib = (bytes: number): string => `${Math.round(bytes / 1024)} KiB`;
const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

async function timed<T>(
  work: () => Promise<T>,
): Promise<{ readonly ms: number; readonly value: T }> {
  const start = performance.now();
  const value = await work();
  return { ms: performance.now() - start, value };
}

/** Milliseconds of parsing alone: reading and splitting do not count. */
async function parseAll(journal: FileJournal): Promise<number> {
  let ms = 0;
  for (let after = 0; ; ) {
    const groups = await journal.read(after, GROUPS_AT_ONCE);
    const last = groups.at(-1);
    if (!last) return ms;
    const lines = groups.flatMap((group) => group.lines.split('\n').slice(0, -1));
    const start = performance.now();
    for (const line of lines) JSON.parse(line);
    ms += performance.now() - start;
    after = last.grp;
  }
}
