import { hashZero } from '@fairground/engine';
import { commandIdOf, MemoryStore, PlayedTimer, Sequencer, settle } from '@fairground/journal';
import { expect, test } from 'vitest';
import { leadersPlace } from './fresh-place.js';

const ID = '0123456789abcdef'.repeat(2);
const NOW = 1_800_000_000_000;

async function withOneOnItsWay() {
  const timer = new PlayedTimer();
  const store = new MemoryStore({ id: ID, hash0: hashZero(ID) });
  const journal = store.open();
  const { append } = journal;
  let arrive = (): void => {};
  // It is in the store, where others see it; its writer has not heard.
  journal.append = async (group, prev) => {
    const outcome = await append.call(journal, group, prev);
    await new Promise<void>((resolve) => (arrive = resolve));
    return outcome;
  };
  const sequencer = await Sequencer.start({ journal, timer, clock: () => NOW });
  const id = commandIdOf('system', 'a');
  const wish = { type: 'open_account', account: 'ana' } as const;
  void sequencer.submit({ by: 'system', id, validUntil: NOW + 60_000, wish });
  await settle();
  expect([store.groups.at(-1)?.lastSeq, sequencer.durable.seq]).toEqual([1, 0]);
  return { sequencer, timer, arrive: () => arrive() };
}

test('[M42] a fresh place holds what is on its way: a follower may have shown it already', async () => {
  const { sequencer, arrive } = await withOneOnItsWay();
  const place = leadersPlace(sequencer, async () => true);
  await settle();
  arrive();
  expect(await place).toEqual({ seq: 1, hash: sequencer.durable.hash });
});

test('[M42] nobody can tell where the barrier does not pass, or this node leads no more', async () => {
  const { sequencer, arrive } = await withOneOnItsWay();
  const unconfirmed = leadersPlace(sequencer, async () => false);
  arrive();
  expect(await unconfirmed).toBeUndefined();
  sequencer.stepDown();
  expect(await leadersPlace(sequencer, async () => true)).toBeUndefined();
});
