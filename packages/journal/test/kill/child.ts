/**
 * An exchange under load in a process of its own, run by `kill.test.ts`: `child.ts <dir> <life>`. It reads
 * what is to be asked again from stdin, then says on stdout, a line each: `ask <key>` before a command
 * leaves, and what was answered only after its promise resolved. Stdout is a file, so that nothing waits for
 * a reader and what was said outlives the process; how far it is goes to descriptor 3 as well. Only the life
 * `last` ends by itself, when all was asked.
 */
import fs from 'node:fs';
import { micro, ONE, SYSTEM, type Wish } from '@fairground/engine';
import type { Answer } from '../../src/answer.js';
import { commandIdOf } from '../../src/command-id.js';
import { makeFileSnapshot } from '../../src/file-snapshot.js';
import { openFileJournal } from '../../src/file.js';
import { FileQuarantine } from '../../src/quarantine.js';
import { Sequencer } from '../../src/sequencer.js';
import { SnapshotKeeper } from '../../src/snapshot-keeper.js';
import { draft, OPENING } from '../played.js';

const [, , dir = '', life = ''] = process.argv;
const SUBMITTERS = 24;
const EACH_MOST = 100;
/** Whoever should have killed it is gone himself. */
const LIFE_MS_MAX = 60_000;
setTimeout(() => process.exit(3), LIFE_MS_MAX);

const say = (line: string): void => void fs.writeSync(1, `${line}\n`);
const reached = (mark: string): void => {
  say(mark);
  fs.writeSync(3, `${mark}\n`);
};

/** What a key asks for is in the key, so that whoever asks again asks for the same. */
function commandOf(key: string): { by: string; wish: Wish } {
  const [kind, n = '0', who = 'ana'] = key.split('-');
  if (kind === 'opening') return { by: SYSTEM, wish: OPENING[Number(n)]! };
  if (kind === 'poor')
    return {
      by: who,
      wish: { type: 'trade', market: 'M1', side: 'sell', outcome: 'NO', shares: micro(ONE) },
    };
  if (kind === 'draft') {
    const wish: Wish = {
      type: 'create_market',
      market: `D${key}`,
      sponsor: 'treasury',
      draft: draft({ deposit: micro(ONE) }),
    };
    return { by: SYSTEM, wish };
  }
  return {
    by: who,
    wish: {
      type: 'trade',
      market: 'M1',
      side: 'buy',
      outcome: 'YES',
      spend: micro(ONE + BigInt(n)),
    },
  };
}

// Every other life leaves the proofreading to the writing thread.
const proofreads = Number(life) % 2 === 0;
const journal = await openFileJournal({ dir, segmentBytes: 256 * 1024, proofreads });
let newest = 0;
const sequencer = await Sequencer.start({
  journal,
  clock: Date.now,
  quarantine: new FileQuarantine(dir),
  recovery: {
    onBegin: ({ seq }) => (newest = seq),
    onWarning: (reason) => say(`warned ${reason}`),
  },
});
say(`begun ${newest}`);
reached('open');
// In every other life snapshots take long: each of many parts is synced.
if (proofreads) journal.snapshot = () => makeFileSnapshot({ dir, partBytesMax: 500 });
const onAlarm = (reason: string): void => say(`warned ${reason}`);
const keeper = new SnapshotKeeper({ journal, newest, everyEntries: 50, onAlarm });
sequencer.onDurable((seq) => keeper.reached(seq));

async function ask(key: string, attempt: number): Promise<Answer> {
  const { by, wish } = commandOf(key);
  say(`ask ${key} ${attempt}`);
  const id = commandIdOf(by, key);
  const answer = await sequencer.submit(
    { by, id, validUntil: Date.now() + 300_000, wish },
    attempt,
  );
  if (answer.kind === 'done')
    say(`done ${key} ${answer.entry.seq} ${answer.entry.hash} ${answer.repeated}`);
  else if (answer.kind === 'refused')
    say(`refused ${key} ${answer.seq} ${answer.hash} ${answer.code}`);
  else say(`${answer.kind} ${key}`);
  return answer;
}

/** At its own pace and not for ever: every journal is read whole after every kill. */
async function submit(submitter: number): Promise<void> {
  const who = submitter % 2 === 0 ? 'ana' : 'bob';
  for (let n = 0; n < EACH_MOST; n++) {
    const kind = n % 40 === 7 ? 'draft' : n % 9 === 3 ? 'poor' : 'buy';
    await ask(`${kind}-${n}-${who}-${submitter}-${life}`, 1);
    await new Promise((resolve) => setTimeout(resolve, (n * 7 + submitter * 3) % 20));
  }
}

const again = fs
  .readFileSync(0, 'utf8')
  .split('\n')
  .filter((key) => key !== '');
await Promise.all(again.map((key) => ask(key, 2)));
for (let n = 0; n < OPENING.length; n++) await ask(`opening-${n}`, 1);
if (life === 'last') {
  keeper.stop();
  await sequencer.drain();
  await journal.close();
  process.exit();
}
reached('load');
await Promise.all(Array.from({ length: SUBMITTERS }, (_, submitter) => submit(submitter)));
