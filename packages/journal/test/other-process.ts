/**
 * A process of its own, run by tests: `other-process.ts <what> <dir>`. Says each step on a line.
 */
import fs from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { openFileJournal } from '../src/file.js';
import { appendAll } from './groups.js';

const [, , what, dir = ''] = process.argv;

/** Waits for a reader that is slow: what was not said cannot be checked. */
function say(line: string): void {
  for (;;) {
    try {
      return void fs.writeSync(1, `${line}\n`);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** Ends the journal's thread; known only to whoever listened before it was started. */
let loseThread = (): void => {};
process.once('worker', (worker) => (loseThread = () => void worker.terminate()));

try {
  const journal = await openFileJournal({ dir, segmentBytes: 1024 * 1024 });
  say('open');
  if (what === 'try') await journal.close();
  if (what === 'hold') setInterval(() => {}, 1_000);
  // While it writes, and not before it is open.
  if (what === 'lose the thread') void setTimeout(500).then(loseThread);
  if (what === 'lose a file') {
    await journal.take();
    // Until the thread rests, or it would open another file under the number that becomes free.
    await setTimeout(500);
    closeSegments();
  }
  if (what !== 'try' && what !== 'hold') {
    for (let head = await journal.take(); ; ) {
      head = await appendAll(journal, head, [[2_000]]);
      say(`${head.grp} ${head.hash}`);
    }
  }
} catch (error) {
  say(String(error));
  process.exitCode = 1;
}

/** Pulls the open segment away from under the writing thread: its next write fails as EBADF. */
function closeSegments(): void {
  for (const file of fs.readdirSync('/proc/self/fd')) {
    // The listing's own file is gone by now.
    if (!fs.existsSync(`/proc/self/fd/${file}`)) continue;
    const target = fs.readlinkSync(`/proc/self/fd/${file}`, 'utf8');
    if (target.endsWith('.seg')) fs.closeSync(Number(file));
  }
}
