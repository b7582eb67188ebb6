/** The last entry of an exchange that goes on elsewhere: through a server that has it open, or on the store itself. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SYSTEM } from '@fairground/engine';
import { type Client, FairgroundNotNow, FairgroundRefusal } from '@fairground/client';
import {
  commandIdOf,
  type Journal,
  LedJournal,
  MemoryQuarantine,
  openFileJournal,
  openPostgresJournal,
  sealOf,
  Sequencer,
} from '@fairground/journal';
import { Failure, isLocked } from './exit.js';
import { loadServer } from './node.js';
import { missing, TOKEN_FILE } from './operator.js';
import { line } from './print.js';
import { progress } from './progress.js';
import { journalDirIn, openReading } from './reading.js';
import { clientOf } from './settings.js';
import type { Store } from './store.js';
import type { Terminal } from './terminal.js';

/** Sealed when it resolves, now or before. */
export async function sealStore(terminal: Terminal, store: Store, url: string): Promise<void> {
  const journal = await openReading(store);
  try {
    if ((await sealOf(journal)) !== undefined) return;
    if (await throughServer(terminal, { store, url, id: journal.id })) return;
  } finally {
    await journal.close();
  }
  try {
    await onStore(terminal, store);
  } catch (error) {
    if (!isLocked(error) || store.kind === 'database') throw error;
    const says = `A server has ${store.data} open at another address: say which with --url.`;
    throw new Failure('not_now', says, error);
  }
}

interface Asked {
  readonly store: Store;
  readonly url: string;
  readonly id: string;
}

/** False where no server answers, or one that has another journal or another token. */
async function throughServer(terminal: Terminal, { store, url, id }: Asked): Promise<boolean> {
  const token = await readFile(join(store.data, TOKEN_FILE), 'utf8').catch(missing);
  if (token === undefined) return false;
  const client = clientOf(terminal, url, token.trim());
  try {
    const { journal } = await client.head(undefined, { signal: terminal.signal });
    if (journal !== id) return false;
    await sealed(terminal, client);
    return true;
  } catch (error) {
    if (error instanceof FairgroundNotNow && error.code === 'unreachable') return false;
    if (error instanceof FairgroundRefusal && error.code === 'key_unknown') return false;
    throw error;
  }
}

async function sealed({ signal }: Terminal, client: Client): Promise<void> {
  try {
    await client.seal({ signal });
  } catch (error) {
    if (!(error instanceof FairgroundRefusal && error.code === 'sealed')) throw error;
  }
}

/** Nothing but the entry: no rules are adopted and nobody is let in. What fell due is done before it. */
async function onStore(terminal: Terminal, store: Store): Promise<void> {
  const { Clock } = await loadServer();
  const clock = new Clock({ acceptClock: terminal.env['FAIRGROUND_ACCEPT_CLOCK'] === '1' });
  const journal = await openWriting(store);
  const bar = progress(terminal, 'reading the journal', 'entries');
  try {
    let lastAt = 0;
    const sequencer = await Sequencer.start({
      journal,
      clock: clock.now,
      quarantine: new MemoryQuarantine(),
      onAlarm: (reason) => line(terminal.err, `fairground: ${reason}`),
      recovery: {
        onBegin: ({ at }) => (lastAt = at),
        onEntry: ({ at }) => (lastAt = at),
        onProgress: (done, all) => bar.at(done, all),
      },
    });
    clock.check(lastAt);
    await sealBy(sequencer, clock.now());
    await sequencer.drain();
  } finally {
    bar.end();
    await journal.close();
  }
}

const VALID_MS = 60_000;

async function sealBy(sequencer: Sequencer, now: number): Promise<void> {
  const id = commandIdOf(SYSTEM, `seal-${now}`);
  const wish = { type: 'sealed' } as const;
  const answer = await sequencer.submit({ by: SYSTEM, id, validUntil: now + VALID_MS, wish });
  if (answer.kind === 'done') return;
  const why = 'code' in answer ? answer.code : answer.kind;
  throw new Failure(answer.kind === 'unknown' ? 'unknown' : 'fault', `It was not sealed: ${why}.`);
}

async function openWriting(store: Store): Promise<Journal> {
  if (store.kind === 'directory') return openFileJournal({ dir: journalDirIn(store.data) });
  return new LedJournal(await openPostgresJournal({ connect: store.journalUrl, name: 'seal' }));
}
