/** How long a start takes: from a snapshot, by full replay, by deciding all of it again; against parsing the lines. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  type FileJournal,
  JournalTape,
  makeFileSnapshot,
  openFileJournal,
  recover,
  verifyLines,
} from '@fairground/journal';
import { JOURNAL_MADE, makeJournal, type Written } from './made-journal.js';
import { machine, type Report, type Row, type Size } from './report.js';

/** A million takes minutes: it is asked for by name. */
const ENTRIES_OF: Readonly<Record<Size, number>> = { short: 100_000, full: 1_000_000 };
const GROUPS_AT_ONCE = 64;

export async function benchRecover(size: Size): Promise<Report> {
  const entries = ENTRIES_OF[size];
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-bench-'));
  try {
    const written = await makeJournal(dir, entries);
    return await measure(dir, written);
  } finally {
    fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
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
    verifyLines(new JournalTape(journal).linesFrom(1), { journalId: JOURNAL_MADE.id }),
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
    `${entries} entries of cpmm trades by ${JOURNAL_MADE.players} players on one hot market, ${mib(bytes)},`,
    `${JOURNAL_MADE.entriesPerGroup} a group, file journal in ${os.tmpdir()}; each once, one after another, in one process`,
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
