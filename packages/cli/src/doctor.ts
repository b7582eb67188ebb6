/** What can be said of a store and its nodes from outside. One check that fails hides no other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeEntry } from '@fairground/engine';
import {
  type JournalReader,
  JournalTape,
  lookAtDirectory,
  openPostgresReader,
  type PostgresReader,
  postgresSettings,
  snapshotsOf,
  tailOf,
} from '@fairground/journal';
import { ofTables } from './doctor-tables.js';
import { loadServer } from './node.js';
import { counted, grouped } from './print.js';
import { journalDirIn, openReading } from './reading.js';
import { clientOf } from './settings.js';
import type { Database, Directory, Store } from './store.js';
import type { Terminal } from './terminal.js';

export interface Finding {
  readonly check: string;
  readonly is: string;
  /** note: as it may be, but somebody should know. */
  readonly verdict: 'good' | 'note' | 'problem';
  readonly advice?: string;
}

type Check = readonly [name: string, look: () => Promise<readonly Finding[]>];

const DOCTOR = {
  /** A leader that lives has beaten by then. */
  beatMs: 2_500,
  /** Beyond it a node may not lead, or does not start. */
  clockOffMsMax: 2_000,
  clockBehindMsMax: 60_000,
  /** Two segments, and a copy of one at the next start. */
  roomBytesMin: 48 * 1024 * 1024,
  roomBytesGood: 1024 * 1024 * 1024,
  nodeMsMax: 5_000,
} as const;

export async function examine(
  terminal: Terminal,
  store: Store,
  urls: readonly string[],
): Promise<readonly Finding[]> {
  const { Clock } = await loadServer();
  const { now } = new Clock({ acceptClock: true });
  const journal: Check = ['journal', () => withJournal(store, (open) => ofJournal(open, now()))];
  const inside: readonly Check[] = [
    ...(store.kind === 'database' ? ofShared(store, now) : []),
    ['snapshots', () => withJournal(store, ofSnapshots)],
    ...urls.map((url): Check => [url, () => withJournal(store, ofNode(terminal, url))]),
    ...urls.map((url): Check => [`tables ${url}`, () => ofTables(store.data, url)]),
  ];
  const found = [
    ...(await foundBy(store.kind === 'database' ? ofSettings(store) : ofDirectory(store))),
    ...(await foundBy(journal)),
  ];
  // What cannot be opened would be said once for each check.
  if (found.some(({ check, verdict }) => check === 'journal' && verdict === 'problem'))
    return found;
  for (const check of inside) {
    terminal.signal.throwIfAborted();
    found.push(...(await foundBy(check)));
  }
  return found;
}

async function foundBy([check, look]: Check): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    const is = error instanceof Error ? error.message : String(error);
    return [{ check, is, verdict: 'problem' }];
  }
}

async function withJournal<T>(
  store: Store,
  look: (journal: JournalReader) => Promise<T>,
): Promise<T> {
  const journal = await openReading(store);
  try {
    return await look(journal);
  } finally {
    await journal.close();
  }
}

const ofDirectory = ({ data }: Directory): Check => [
  'directory',
  async () => {
    const { lock, warnings, roomBytes } = lookAtDirectory(journalDirIn(data));
    const room = `${grouped(Math.floor(roomBytes / 1024 / 1024))} MiB`;
    const { roomBytesMin, roomBytesGood } = DOCTOR;
    const roomVerdict =
      roomBytes < roomBytesMin ? 'problem' : roomBytes < roomBytesGood ? 'note' : 'good';
    return [
      ...warnings.map((is): Finding => ({ check: 'file system', is, verdict: 'note' })),
      { check: 'lock', is: LOCKS[lock], verdict: 'good' },
      {
        check: 'free room',
        is: room,
        verdict: roomVerdict,
        ...(roomVerdict !== 'good' && { advice: 'writes stop when it is used up: make room' }),
      },
    ];
  },
];

const LOCKS = {
  held: 'held: a server has it open',
  free: 'free: no server has it open',
  none: 'none: nobody has opened it yet',
} as const;

const ofShared = (store: Database, now: () => number): readonly Check[] => [
  ['clock', () => withShared(store, (journal) => ofClock(journal, now))],
  ['lease', () => withShared(store, ofLease)],
];

async function withShared<T>(
  { journalUrl }: Database,
  look: (journal: PostgresReader) => Promise<T>,
): Promise<T> {
  const journal = await openPostgresReader({ connect: journalUrl });
  try {
    return await look(journal);
  } finally {
    await journal.close();
  }
}

const ofSettings = ({ journalUrl }: Database): Check => ['database', () => settingsAt(journalUrl)];

async function settingsAt(journalUrl: string): Promise<readonly Finding[]> {
  const settings = await postgresSettings(journalUrl);
  return settings.map(({ name: check, value, verdict, advice }): Finding => {
    const more = advice === undefined ? {} : { advice };
    if (check === 'synchronous_standby_names' && value === '')
      return { check, is: 'none', verdict: 'note', advice: NO_STANDBY };
    const word = { good: 'good', warning: 'note', refused: 'problem' } as const;
    return { check, is: value === '' ? '–' : value, verdict: word[verdict], ...more };
  });
}

const NO_STANDBY =
  'after a failover a node that lives writes again what was lost; with none left it is gone';

async function ofClock(journal: PostgresReader, now: () => number): Promise<readonly Finding[]> {
  // The first question pays for the way there.
  await journal.clock();
  const before = now();
  const there = await journal.clock();
  const off = Math.round((before + now()) / 2 - there);
  const isOff = Math.abs(off) > DOCTOR.clockOffMsMax;
  const is = `${grouped(Math.abs(off))} ms ${off < 0 ? 'behind' : 'ahead of'} the database’s`;
  const advice = 'a node with this clock may not lead: set it right';
  return [{ check: 'clock', is, verdict: isOff ? 'problem' : 'good', ...(isOff && { advice }) }];
}

async function ofLease(journal: PostgresReader): Promise<readonly Finding[]> {
  const seen = await journal.lease();
  const { term } = await journal.head();
  const check = 'lease';
  if (term > seen.term) {
    const is = `of term ${seen.term}, but the journal is of term ${term}`;
    return [
      { check, is, verdict: 'problem', advice: 'the database was put together of two times' },
    ];
  }
  if (seen.holder === '')
    return [
      {
        check,
        is: `free, last term ${seen.term}`,
        verdict: 'note',
        advice: 'no node leads: start one',
      },
    ];
  await sleep(DOCTOR.beatMs);
  const later = await journal.lease();
  const moves = later.term !== seen.term || later.beat !== seen.beat;
  const who = later.url === '' ? later.holder.replace(/ .*/, '') : later.url;
  const is = `${who} leads in term ${later.term}, ${moves ? 'and beats' : 'and is silent'}`;
  if (moves) return [{ check, is, verdict: 'good' }];
  return [{ check, is, verdict: 'problem', advice: 'another node takes it over: start one' }];
}

async function ofJournal(journal: JournalReader, now: number): Promise<readonly Finding[]> {
  const { head, groups, fault } = await tailOf(journal);
  const is = `entry ${grouped(head.lastSeq)} · ${head.hash.slice(0, 8)}…, term ${head.term}`;
  const chain: Finding =
    fault === undefined
      ? {
          check: 'chain',
          is: `the newest ${counted(groups, 'group', 'groups')} continue`,
          verdict: 'good',
        }
      : { check: 'chain', is: fault, verdict: 'problem', advice: 'verify tells more; restore it' };
  const line = await new JournalTape(journal).lineAt(head.lastSeq);
  const findings: Finding[] = [{ check: 'head', is, verdict: 'good' }, chain];
  if (line === undefined) return findings;
  const { at, events } = decodeEntry(line);
  if (events.some(({ type }) => type === 'sealed'))
    findings.push({ check: 'seal', is: 'sealed: it goes on elsewhere', verdict: 'note' });
  if (at - now > DOCTOR.clockBehindMsMax) {
    const behind = `${grouped(Math.round((at - now) / 1_000))} s behind the last entry`;
    findings.push({
      check: 'time',
      is: behind,
      verdict: 'problem',
      advice: 'a start is refused: set the clock right',
    });
  }
  return findings;
}

async function ofSnapshots(journal: JournalReader): Promise<readonly Finding[]> {
  const check = 'snapshots';
  if (!journal.snapshots) return [];
  const { lastSeq } = await journal.head();
  const kept = await snapshotsOf(journal);
  const [newest] = kept;
  if (!newest) return [{ check, is: 'none', verdict: 'good' }];
  if (newest.seq > lastSeq) {
    const is = `one of entry ${grouped(newest.seq)}, but the journal ends at ${grouped(lastSeq)}`;
    return [{ check, is, verdict: 'problem', advice: 'entries were lost: restore' }];
  }
  return [
    { check, is: `${kept.length}, the newest of entry ${grouped(newest.seq)}`, verdict: 'good' },
  ];
}

const ofNode =
  (terminal: Terminal, url: string) =>
  async (journal: JournalReader): Promise<readonly Finding[]> => {
    const check = `node ${url}`;
    const late = AbortSignal.timeout(DOCTOR.nodeMsMax);
    const ready = await fetch(`${url}/readyz`, { signal: late }).catch(() => undefined);
    if (!ready)
      return [
        {
          check,
          is: 'does not answer',
          verdict: 'problem',
          advice: 'start it, or name another with --node',
        },
      ];
    const seen = await clientOf(terminal, url).head(undefined, { signal: late });
    const head = await journal.head();
    if (seen.journal !== journal.id)
      return [
        { check, is: `shows another journal, ${seen.journal.slice(0, 8)}…`, verdict: 'problem' },
      ];
    const here = await new JournalTape(journal).hashAt(seen.seq);
    if (here !== seen.hash) {
      const what =
        here === undefined
          ? `but the journal ends at ${grouped(head.lastSeq)}`
          : 'with another hash';
      const is = `shows entry ${grouped(seen.seq)}, ${what}`;
      return [{ check, is, verdict: 'problem', advice: 'the store went back to an older state' }];
    }
    const lag = Math.max(0, head.lastSeq - seen.seq);
    const is = `${ready.ok ? 'ready' : `not ready (${ready.status})`}, ${counted(lag, 'entry', 'entries')} behind`;
    return [{ check, is, verdict: ready.ok ? 'good' : 'problem' }];
  };
