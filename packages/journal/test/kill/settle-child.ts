/**
 * An exchange that pays a crowd while another market trades, in a process of its own, run by `settle.test.ts`:
 * `settle-child.ts <dir>`. It says `paying` once the payout is under way, and `paid` when it is over. Each of
 * its lives goes on where the one before was killed.
 */
import fs from 'node:fs';
import { micro, ONE, SYSTEM, type Wish } from '@fairground/engine';
import { commandIdOf } from '../../src/command-id.js';
import { openFileJournal } from '../../src/file.js';
import { Sequencer } from '../../src/sequencer.js';
import { BIG, HOLDERS, settingUp } from './settle-crowd.js';

const [, , dir = ''] = process.argv;
/** Whoever should have killed it is gone himself. */
setTimeout(() => process.exit(3), 60_000);

const say = (line: string): void => void fs.writeSync(1, `${line}\n`);
const journal = await openFileJournal({ dir, segmentBytes: 256 * 1024, proofreads: true });
const sequencer = await Sequencer.start({ journal, clock: Date.now });

async function ask(by: string, key: string, wish: Wish): Promise<void> {
  const command = { by, id: commandIdOf(by, key), validUntil: Date.now() + 300_000, wish };
  const answer = await sequencer.submit(command);
  if (answer.kind !== 'done') throw new Error(`${key}: ${JSON.stringify(answer)}`);
}

const isPaid = (): boolean => sequencer.world.markets.get(BIG)?.state === 'settled';

if (sequencer.world.markets.get(BIG) === undefined) {
  const { first, holders, last } = settingUp();
  for (const [n, wish] of first.entries()) await ask(SYSTEM, `first-${n}`, wish);
  const each = Array.from({ length: HOLDERS }, (_, n) => holders(n));
  await Promise.all(each.map(({ open, who }) => ask(SYSTEM, `open-${who}`, open)));
  await Promise.all(each.map(({ mint, who }) => ask(who, 'mint', mint)));
  for (const [n, wish] of last.entries()) await ask(SYSTEM, `last-${n}`, wish);
}
say(isPaid() ? 'paid' : 'paying');
// The other market trades on, also in the moment it dies.
const spend = micro(ONE);
for (let n = 0; !isPaid(); n++) {
  const { pid } = process;
  await ask('ana', `buy-${pid}-${n}`, {
    type: 'trade',
    market: 'M1',
    side: 'buy',
    outcome: 'YES',
    spend,
  });
}
await sequencer.drain();
await journal.close();
say('paid');
process.exit();
