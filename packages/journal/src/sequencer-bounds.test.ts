import { micro, ONE, stateHash, SYSTEM, type Wish } from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import { buy, kinds, openAccount, Played, player, REASON, settle } from '../test/played.js';
import { type Group, StoreFailure } from './journal.js';
import { lawsRemembering } from './laws.js';
import { SEQUENCER_LIMITS as MOST } from './limits.js';

describe('refused means refused', () => {
  const poor = { by: 'ana', key: 'poor', wish: buy(2_000_000n * ONE) } as const;
  const rich: Wish = { type: 'grant', to: 'ana', amount: micro(100_000n * ONE), reason: REASON };

  async function enrich(played: Played): Promise<void> {
    for (let n = 0; n < 10; n++) await played.done({ wish: rich });
    const { seq } = await played.done({ by: 'ana', wish: buy(1_900_000n * ONE) });
    expect(seq).toBeGreaterThan(0);
  }

  test('[S7] a first attempt leaves no trace and may succeed later', async () => {
    const played = await Played.open();
    expect(await played.submit(poor)).toMatchObject({ code: 'insufficient_points' });
    expect(played.entries).toHaveLength(6);
    for (let n = 0; n < 10; n++) await played.done({ wish: rich });
    expect((await played.submit(poor)).kind).toBe('done');
  });

  test('[S7] a later attempt is an entry; the delayed first one cannot execute after it', async () => {
    const played = await Played.open();
    const second = await played.submit({ ...poor, attempt: 2 });
    expect(second).toMatchObject({ kind: 'refused', code: 'insufficient_points', seq: 7 });
    expect(played.entries[6]).toMatchObject({
      events: [{ type: 'refused', code: 'insufficient_points' }],
    });
    await enrich(played);
    const world = stateHash(played.sequencer.world);
    for (const attempt of [1, 3]) {
      const { hash } = played.entries[6]!;
      const answer = await played.submit({ ...poor, attempt });
      expect(answer).toEqual({ kind: 'refused', code: 'insufficient_points', seq: 7, hash });
    }
    expect(stateHash(played.sequencer.world)).toBe(world);
    await played.restart();
    expect(await played.submit(poor)).toMatchObject({ kind: 'refused', seq: 7 });
    expect(await played.agrees()).toBe(true);
  });

  test('[S7] its entry waits for the disk like any other', async () => {
    const played = await Played.open();
    const hang = played.journal.hangNext('before');
    const second = played.watch({ ...poor, attempt: 2 });
    await hang.reached;
    await settle();
    expect(second.value).toBeUndefined();
    hang.release();
    await settle();
    expect(second.value?.kind).toBe('refused');
  });

  test('[S5] what nobody has looked for far enough is not decided, and what is remembered is answered', async () => {
    const played = await Played.open({ laws: lawsRemembering([2, 40]) });
    const { sequencer } = played;
    const first = played.command({ by: 'ana', key: 'first', wish: buy(ONE) });
    expect(await sequencer.submit(first)).toMatchObject({ kind: 'done' });
    const { wholeFrom } = sequencer.world.ids;
    const other = played.command({ by: 'ana', key: 'other', wish: buy(ONE) });
    const { seq } = sequencer.head;
    const behind = { kind: 'not_now', code: 'behind' };
    expect(await sequencer.submit(other, 1, { unseenTo: wholeFrom - 2 })).toMatchObject(behind);
    expect(await sequencer.submit(other, 2, { unseenTo: 0 })).toMatchObject(behind);
    expect(sequencer.head.seq).toBe(seq);
    expect(await sequencer.submit(first, 1, { unseenTo: 0 })).toMatchObject({
      kind: 'done',
      repeated: true,
    });
    expect(await sequencer.submit(other, 1, { unseenTo: wholeFrom - 1 })).toMatchObject({
      kind: 'done',
    });
  });

  test('[S8] what can never execute is refused at any attempt without an entry', async () => {
    const played = await Played.open();
    await played.done({ by: 'ana', key: 'used', wish: buy(ONE) });
    const attempts = [
      ['malformed', { by: 'ana', wish: { ...buy(ONE), outcome: 'no such thing' } as Wish }],
      ['command_expired', { by: 'ana', wish: buy(ONE), validMs: -1 }],
      ['command_id_reused', { by: 'ana', key: 'used', wish: buy(3n) }],
    ] as const;
    for (const [code, asked] of attempts) {
      expect(await played.submit({ ...asked, attempt: 2 })).toMatchObject({
        kind: 'refused',
        code,
      });
    }
    expect(played.entries).toHaveLength(7);
    await played.sequencer.submit({ by: SYSTEM, wish: { type: 'sealed' } });
    const sealed = await played.submit({ by: 'ana', wish: buy(ONE), attempt: 2 });
    expect(sealed).toMatchObject({ kind: 'refused', code: 'sealed', seq: 8 });
    expect(played.entries).toHaveLength(8);
  });
});

describe('bounds', () => {
  test('[S9] the command after 10,000 that wait is busy; it did nothing', async () => {
    const played = await Played.start();
    const hang = played.journal.hangNext('before');
    const answers = Array.from({ length: MOST.queuedMax }, (_, n) =>
      played.watch({ wish: player(n) }),
    );
    const [over] = [played.watch({ wish: player(MOST.queuedMax) })];
    await settle();
    expect(over.value).toEqual({ kind: 'not_now', code: 'busy', retryAfterMs: 1_000 });
    expect(played.sequencer.depth).toBe(MOST.queuedMax);
    hang.release();
    for (let n = 0; n < 12; n++) await settle();
    expect(kinds(answers).filter((kind) => kind === 'done')).toHaveLength(MOST.queuedMax);
    expect(played.entries).toHaveLength(MOST.queuedMax);
    expect(await played.submit({ wish: player(MOST.queuedMax) })).toMatchObject({ kind: 'done' });
  });

  test('[S9] so is the one that would pass 16 MiB', async () => {
    const played = await Played.start();
    const hang = played.journal.hangNext('before');
    // One group on its way and one full: from here on everything waits undecided.
    for (let n = 0; n < 1_001; n++) played.watch({ wish: player(n) });
    const long = openAccount('x'.repeat(1024 * 1024));
    const answers = Array.from({ length: 17 }, () => played.watch({ wish: long }));
    await settle();
    expect(kinds(answers)).toEqual([...Array.from({ length: 15 }), 'not_now', 'not_now']);
    hang.release();
    for (let n = 0; n < 4; n++) await settle();
    expect(answers[0]?.value).toMatchObject({ kind: 'refused', code: 'malformed' });
    const after = played.watch({ wish: long });
    await settle();
    expect(after.value).toMatchObject({ kind: 'refused' });
  });

  test('[S10] who waited more than 2 s undecided is told busy, and never happens', async () => {
    const played = await Played.start();
    const hang = played.journal.hangNext('before');
    for (let n = 0; n < 1_001; n++) played.watch({ wish: player(n) });
    const waiting = played.watch({ wish: openAccount('late') });
    await played.timer.advance(MOST.queuedMsMax);
    expect(waiting.value).toBeUndefined();
    await played.timer.advance(MOST.sweepMs + 1);
    expect(waiting.value).toMatchObject({ kind: 'not_now', code: 'busy' });
    hang.release();
    await settle();
    await settle();
    expect(played.entries).toHaveLength(1_001);
    expect(played.sequencer.world.accounts.has('late')).toBe(false);
  });

  test('[S10] also when the store wakes before anybody looked', async () => {
    const played = await Played.start();
    const hang = played.journal.hangNext('before');
    for (let n = 0; n < 1_001; n++) played.watch({ wish: player(n) });
    await played.timer.advance(MOST.sweepMs - 1);
    const waiting = played.watch({ wish: openAccount('late') });
    // The next look is due a little later than 2 s after it came.
    await played.timer.advance(MOST.queuedMsMax);
    const early = played.watch({ wish: openAccount('early') });
    expect(waiting.value).toBeUndefined();
    played.timer.skip(1);
    hang.release();
    for (let n = 0; n < 4; n++) await settle();
    expect(kinds([waiting, early])).toEqual(['not_now', 'done']);
    expect(played.sequencer.world.accounts.has('late')).toBe(false);
  });

  test('[S11] after 5 s the caller hears unknown; the entry lands all the same', async () => {
    const played = await Played.open();
    const hang = played.journal.hangNext('before');
    const asked = { by: 'ana', key: 'slow', wish: buy(ONE) };
    const slow = played.watch(asked);
    await played.timer.advance(MOST.answerMsMax);
    expect(slow.value).toBeUndefined();
    await played.timer.advance(MOST.sweepMs + 1);
    expect(slow.value).toEqual({ kind: 'unknown' });
    const again = played.watch({ ...asked, attempt: 2 });
    await settle();
    expect(again.value).toBeUndefined();
    hang.release();
    await settle();
    expect(again.value).toMatchObject({ kind: 'done', repeated: true, entry: { seq: 7 } });
    expect(slow.value).toEqual({ kind: 'unknown' });
    expect(played.entries).toHaveLength(7);
  });

  test('[S11] a refusal that waits for another entry becomes unknown as well', async () => {
    const played = await Played.open();
    const hang = played.journal.hangNext('before');
    played.watch({ by: 'ana', wish: buy(ONE) });
    const refused = played.watch({ by: 'ana', wish: buy(0n) });
    await played.timer.advance(MOST.answerMsMax + MOST.sweepMs + 1);
    expect(refused.value).toEqual({ kind: 'unknown' });
    hang.release();
    await settle();
    expect(refused.value).toEqual({ kind: 'unknown' });
  });

  test('[S12] the same bytes again, after waits that double up to a second', async () => {
    const played = await Played.open();
    const sent: { group: Group; at: number }[] = [];
    const { journal } = played;
    const real = journal.append.bind(journal);
    journal.append = (group, prev) => {
      sent.push({ group, at: played.timer.now() });
      return real(group, prev);
    };
    for (let n = 0; n < 9; n++) journal.failNext(n % 2 === 0 ? 'busy' : 'storage_full');
    const answer = played.watch({ by: 'ana', wish: buy(ONE) });
    await played.timer.advance(4_300);
    expect(sent).toHaveLength(10);
    expect(new Set(sent.map(({ group }) => group)).size).toBe(1);
    const waits = sent.slice(1).map(({ at }, n) => at - sent[n]!.at);
    expect(waits).toEqual([20, 40, 80, 160, 320, 640, 1_000, 1_000, 1_000]);
    expect(answer.value?.kind).toBe('done');
    expect(played.entries).toHaveLength(7);
    await played.done({ by: 'ana', wish: buy(ONE) });
    expect(await played.agrees()).toBe(true);
  });

  test('[S12] while there is no room new ones are told so; it goes on by itself', async () => {
    const played = await Played.open();
    for (let n = 0; n < 3; n++) played.journal.failNext('storage_full');
    const first = played.watch({ by: 'ana', wish: buy(ONE) });
    await settle();
    const full = played.watch({ by: 'bob', wish: buy(ONE) });
    await settle();
    expect(full.value).toMatchObject({ kind: 'not_now', code: 'storage_full' });
    await played.timer.advance(20 + 40 + 80);
    expect(first.value?.kind).toBe('done');
    expect((await played.submit({ by: 'bob', wish: buy(ONE) })).kind).toBe('done');
    expect(played.alarms).toEqual([]);
  });

  test('[S12] an error that says nothing is answered by sending the same group again', async () => {
    const played = await Played.open();
    const { journal } = played;
    const real = journal.append.bind(journal);
    let lost = 0;
    journal.append = async (group, prev) => {
      const outcome = await real(group, prev);
      // Stored, and the connection dies before the answer: only the identical group may follow.
      if (lost++ < 2) throw new Error('connection reset');
      return outcome;
    };
    const answer = played.watch({ by: 'ana', wish: buy(ONE) });
    await played.timer.advance(100);
    expect(answer.value?.kind).toBe('done');
    expect(lost).toBe(3);
    expect(played.entries).toHaveLength(7);
  });

  test('[S12] a definite failure is one of the store: that class and its codes', () => {
    expect(new StoreFailure('busy', 'x')).toMatchObject({ code: 'busy', name: 'StoreFailure' });
  });
});

test('[S26] a crowd of waiting readers keeps nobody from trading, and is bounded itself', async () => {
  const played = await Played.open();
  const hang = played.journal.hangNext('before');
  const first = played.watch({ by: 'ana', wish: buy(ONE) });
  await hang.reached;
  const { seq } = played.sequencer.head;
  const reads = Array.from({ length: MOST.queuedMax }, () => played.sequencer.whenDurable(seq));
  await expect(played.sequencer.whenDurable(seq)).rejects.toThrow('is gone');
  const second = played.watch({ by: 'bob', wish: buy(ONE) });
  hang.release();
  await Promise.all(reads);
  await settle();
  expect(kinds([first, second])).toEqual(['done', 'done']);
});
