import { decodeEntry, ONE, type Wish } from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import {
  buy,
  draft,
  kinds,
  NOW,
  openAccount,
  Played,
  player,
  REASON,
  settle,
} from '../test/played.js';
import { SEQUENCER_LIMITS as MOST } from './limits.js';
import { WorldReset } from './sequencer.js';

describe('losing the lead', () => {
  test.each(['fenced', 'history_lost'] as const)(
    '[S13] %s: it stops with an alarm; decided is unknown, everything after is no_leader',
    async (how) => {
      const played = await Played.open();
      const hang = played.journal.hangNext('before');
      const reads = played.sequencer;
      const decided = [played.watch({ wish: player(0) }), played.watch({ wish: player(1) })];
      for (let n = 2; n < 1_001; n++) played.watch({ wish: player(n) });
      const waiting = played.watch({ wish: openAccount('late') });
      const read = reads.whenDurable(reads.head.seq);
      const rejected = read.catch((error: unknown) => error);
      await hang.reached;
      if (how === 'fenced') played.store.fence();
      else played.store.rewind(3);
      hang.release();
      await settle();
      expect(kinds(decided)).toEqual(['unknown', 'unknown']);
      expect(waiting.value).toMatchObject({ kind: 'not_now', code: 'no_leader' });
      expect(played.sequencer.status).toBe('stopped');
      expect(played.alarms).toEqual([{ reason: expect.stringContaining(how), stops: true }]);
      expect(await played.submit({ wish: player(5) })).toMatchObject({ code: 'no_leader' });
      expect(await rejected).toBeInstanceOf(WorldReset);
      await played.sequencer.drain();
      await played.timer.advance(60_000);
      expect(played.timer.pending).toBe(0);
    },
  );

  test('[S13] the next leader has all that was acknowledged, and a retry is done once', async () => {
    const played = await Played.open();
    const hang = played.journal.hangNext('before');
    const first = played.watch({ by: 'ana', key: 'one', wish: buy(ONE) });
    await hang.reached;
    const old = played.sequencer;
    await played.restart();
    const again = await played.submit({ by: 'ana', key: 'one', wish: buy(ONE), attempt: 2 });
    expect(again).toMatchObject({ kind: 'done', repeated: false });
    hang.release();
    await settle();
    expect([first.value, old.status]).toEqual([{ kind: 'unknown' }, 'stopped']);
    expect(played.wishes.filter((type) => type === 'trade')).toHaveLength(1);
    expect(await played.agrees()).toBe(true);
  });

  test('[S13] a read asked of a stopped sequencer does not wait', async () => {
    const played = await Played.open();
    const hang = played.journal.hangNext('before');
    played.watch({ wish: player(0) });
    await hang.reached;
    played.store.fence();
    hang.release();
    await settle();
    const read = played.sequencer.whenDurable(played.sequencer.head.seq);
    await expect(read).rejects.toBeInstanceOf(WorldReset);
    expect(played.sequencer.depth).toBe(0);
  });

  test('[S14] draining answers all that was taken and takes nothing more', async () => {
    const played = await Played.open();
    const hang = played.journal.hangNext('before');
    const taken = Array.from({ length: 1_500 }, (_, n) => played.watch({ wish: player(n) }));
    let drained = false;
    const drain = played.sequencer.drain().then(() => (drained = true));
    const late = played.watch({ wish: openAccount('late') });
    await settle();
    expect([drained, late.value]).toEqual([false, expect.objectContaining({ code: 'busy' })]);
    hang.release();
    await drain;
    await settle();
    expect(kinds(taken).every((kind) => kind === 'done')).toBe(true);
    expect(played.entries).toHaveLength(1_506);
    expect(played.sequencer.durable.seq).toBe(1_506);
  });

  test('[S14] repeated ones have their first answer before it is over', async () => {
    const played = await Played.open();
    await played.done({ by: 'ana', key: 'one', wish: buy(ONE) });
    const real = played.journal.groupOf.bind(played.journal);
    played.journal.groupOf = async (seq) => {
      await settle();
      return real(seq);
    };
    const again = played.watch({ by: 'ana', key: 'one', wish: buy(ONE) });
    await played.sequencer.drain();
    await played.journal.close();
    await settle();
    expect(again.value).toMatchObject({ kind: 'done', repeated: true });
  });

  test('[S14] afterwards nothing is decided or appended, whatever falls due', async () => {
    const played = await Played.open();
    const soon = { ...draft({ closesAt: NOW + 100 }) };
    const wish: Wish = { type: 'create_market', market: 'M2', sponsor: 'treasury', draft: soon };
    await played.done({ wish });
    await played.done({ wish: { type: 'open', market: 'M2' } });
    // A look at who waits is still to come when the draining is over.
    const last = played.watch({ wish: player(1) });
    await played.sequencer.drain();
    expect(last.value?.kind).toBe('done');
    const { seq } = played.sequencer.head;
    await played.journal.close();
    await played.timer.advance(10_000);
    expect(played.sequencer.head.seq).toBe(seq);
    expect(played.timer.pending).toBe(0);
    expect(played.alarms).toEqual([]);
    await played.restart();
    await settle();
    expect(played.wishes.at(-1)).toBe('tick');
  });

  test('[S14] a payout under way does not hold it up, and goes on at the next start', async () => {
    const played = await Played.open();
    await played.done({ wish: { type: 'set_limits', limits: [['payouts_per_command', 1n]] } });
    for (let n = 0; n < 8; n++) {
      await played.done({ wish: player(n) });
      await played.done({ by: `p${n}`, wish: buy(ONE) });
    }
    await played.done({ wish: { type: 'close', market: 'M1' } });
    const resolution = { payout: [1_000_000, 0] };
    const wish: Wish = { type: 'resolve', market: 'M1', resolution, reason: REASON };
    const hang = played.journal.hangNext('before');
    const resolved = played.watch({ wish });
    await hang.reached;
    const drain = played.sequencer.drain();
    hang.release();
    await drain;
    expect(resolved.value?.kind).toBe('done');
    const paid = played.wishes.filter((type) => type === 'pay_out').length;
    expect(paid).toBeLessThan(8);
    await played.restart();
    for (let n = 0; n < 10; n++) await settle();
    expect(played.wishes.filter((type) => type === 'pay_out')).toHaveLength(8);
    expect(played.sequencer.world.markets.get('M1')?.state).toBe('settled');
  });
});

describe('who listens', () => {
  test('[S18] whenDurable resolves with its entry, and at once for what is durable', async () => {
    const played = await Played.open();
    await played.sequencer.whenDurable(0);
    await played.sequencer.whenDurable(6);
    const [one, two] = [played.journal.hangNext('before'), played.journal.hangNext('before')];
    const told: number[] = [];
    played.watch({ wish: player(0) });
    await one.reached;
    played.watch({ wish: player(1) });
    for (const seq of [8, 7]) void played.sequencer.whenDurable(seq).then(() => told.push(seq));
    await settle();
    expect(told).toEqual([]);
    one.release();
    await two.reached;
    await settle();
    expect(told).toEqual([7]);
    two.release();
    await settle();
    expect(told).toEqual([7, 8]);
  });

  test('[S18] it rejects when nobody knows after 5 s', async () => {
    const played = await Played.open();
    const hang = played.journal.hangNext('before');
    played.watch({ wish: player(0) });
    const read = played.sequencer.whenDurable(7);
    const rejected = read.catch((error: unknown) => error);
    await played.timer.advance(MOST.answerMsMax + MOST.sweepMs + 1);
    expect(await rejected).toBeInstanceOf(WorldReset);
    hang.release();
    await settle();
    await played.sequencer.whenDurable(7);
  });

  test('[S19] folded, then durable, then the answer', async () => {
    const played = await Played.open();
    const heard: string[] = [];
    const { sequencer } = played;
    sequencer.onFolded(({ seq }, line) => {
      expect(decodeEntry(line).seq).toBe(seq);
      expect([sequencer.head.seq, sequencer.durable.seq]).toEqual([seq, seq - 1]);
      heard.push('folded');
    });
    sequencer.onDurable((seq) => {
      expect(sequencer.durable.seq).toBe(seq);
      heard.push('durable');
    });
    const command = played.command({ by: 'ana', wish: buy(ONE) });
    await sequencer.submit(command).then(() => heard.push('answer'));
    expect(heard).toEqual(['folded', 'durable', 'answer']);
  });

  test('[S19] one that throws hurts nobody; one that left hears nothing', async () => {
    const played = await Played.open();
    const heard: number[] = [];
    const broken = (): never => {
      throw new Error('my own fault');
    };
    played.sequencer.onFolded(broken);
    played.sequencer.onDurable(broken);
    const stop = played.sequencer.onFolded(({ seq }) => heard.push(seq));
    played.sequencer.onDurable((seq) => heard.push(-seq));
    await played.done({ by: 'ana', wish: buy(ONE) });
    expect(heard).toEqual([7, -7]);
    stop();
    await played.done({ by: 'ana', wish: buy(ONE) });
    expect(heard).toEqual([7, -7, -8]);
    expect(played.alarms).toHaveLength(4);
    expect(played.alarms.every(({ stops }) => !stops)).toBe(true);
    expect(await played.agrees()).toBe(true);
  });

  test('[S19] one that submits gets its turn after the entry it heard of', async () => {
    const played = await Played.open();
    const nested: Promise<unknown>[] = [];
    const stop = played.sequencer.onFolded(({ seq }) => {
      if (seq <= 9) nested.push(played.submit({ by: 'bob', wish: buy(ONE) }));
    });
    const first = await played.submit({ by: 'ana', wish: buy(ONE) });
    await settle();
    stop();
    expect(first).toMatchObject({ kind: 'done', entry: { seq: 7 } });
    expect(await Promise.all(nested)).toMatchObject([
      { entry: { seq: 8 } },
      { entry: { seq: 9 } },
      { entry: { seq: 10 } },
    ]);
    expect(await played.agrees()).toBe(true);
  });

  test('[S21] submit never throws or rejects, whatever it is given', async () => {
    const played = await Played.open();
    const trap: Wish = {
      type: 'grant',
      to: 'ana',
      reason: REASON,
      get amount(): never {
        throw new Error('a trap');
      },
    };
    const alien = { type: 'no_such_wish' } as unknown as Wish;
    for (const wish of [trap, alien, null as unknown as Wish]) {
      await expect(played.submit({ wish })).resolves.toEqual({ kind: 'fault' });
    }
    expect(played.entries).toHaveLength(6);
    expect((await played.submit({ by: 'ana', wish: buy(ONE) })).kind).toBe('done');
    expect(await played.agrees()).toBe(true);
  });
});
