import { ONE, SYSTEM, type Wish } from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import { buy, draft, kinds, NOW, Played, player, REASON, settle } from '../test/played.js';

describe('time', () => {
  const market = (id: string, times: { closesAt?: number; opensAt?: number }): Wish => ({
    type: 'create_market',
    market: id,
    sponsor: 'treasury',
    draft: draft(times),
  });

  test('[S15] a deadline is kept at its millisecond though nobody comes by', async () => {
    const played = await Played.open();
    await played.done({ wish: market('M2', { opensAt: NOW + 5_000, closesAt: NOW + 9_000 }) });
    await played.timer.advance(4_999);
    expect(played.wishes).not.toContain('tick');
    await played.timer.advance(1);
    expect(played.entries.at(-1)).toMatchObject({
      at: NOW + 5_000,
      events: [{ type: 'market_opened', market: 'M2' }],
    });
    await played.timer.advance(4_000);
    expect(played.entries.at(-1)).toMatchObject({
      at: NOW + 9_000,
      events: [{ type: 'market_closed', market: 'M2' }],
    });
    expect(played.timer.pending).toBe(0);
  });

  test('[S15] a timer that comes early, or only says to look again, is set anew', async () => {
    const played = await Played.open();
    await played.done({ wish: market('M2', { opensAt: NOW + 1_000 }) });
    played.skew = -30; // The clock lags behind the timer.
    await played.timer.advance(1_029);
    expect(played.wishes).not.toContain('tick');
    await played.timer.advance(1);
    expect(played.entries.at(-1)).toMatchObject({ at: NOW + 1_000, events: [{ market: 'M2' }] });
  });

  test('[S15] a clock that leaps past it, as after a sleep, brings it within a second', async () => {
    const played = await Played.open();
    await played.done({ wish: market('M2', { opensAt: NOW + 1_800_000 }) });
    await played.timer.advance(5_000);
    played.skew = 3_600_000;
    await played.timer.advance(1_000);
    expect(played.entries.at(-1)).toMatchObject({
      at: NOW + 3_606_000,
      events: [{ type: 'market_opened', market: 'M2' }],
    });
  });

  test('[S15] a new deadline before the one that is waited for is kept too', async () => {
    const played = await Played.open();
    await played.done({ wish: market('M2', { opensAt: NOW + 500_000 }) });
    await played.done({ wish: market('M3', { opensAt: NOW + 500 }) });
    await played.timer.advance(500);
    expect(played.entries.at(-1)).toMatchObject({ at: NOW + 500, events: [{ market: 'M3' }] });
    await played.timer.advance(499_500);
    expect(played.entries.at(-1)).toMatchObject({ at: NOW + 500_000, events: [{ market: 'M2' }] });
  });

  test('[S15] it comes before a command of the same instant', async () => {
    const played = await Played.open();
    await played.done({ wish: market('M2', { opensAt: NOW + 1_000 }) });
    played.skew = 1_000; // The clock is there before the timer.
    const trade = await played.done({ by: 'ana', wish: buy(ONE, 'M2') });
    expect(trade.at).toBe(NOW + 1_000);
    expect(played.wishes.slice(-2)).toEqual(['tick', 'trade']);
  });

  test('[S15] also when the instant comes while a queue is being worked off', async () => {
    const played = await Played.open();
    await played.done({ wish: market('M2', { opensAt: NOW + 1_000 }) });
    // Every look at the clock takes 7 ms, so the deadline passes in the middle of the queue.
    let looks = 0;
    await played.restart({ clock: () => NOW + 300 + 7 * looks++ });
    const hang = played.journal.hangNext('before');
    const answers = [];
    for (let n = 0; n < 1_002; n++) {
      const command = played.command({ by: 'ana', key: `q${n}`, wish: buy(ONE, 'M2') });
      answers.push(played.sequencer.submit({ ...command, validUntil: NOW + 500_000 }));
    }
    await hang.reached;
    hang.release();
    await Promise.all(answers);
    const tick = played.entries.findIndex(({ command }) => command.wish.type === 'tick');
    expect(played.entries[tick]!.at).toBeGreaterThanOrEqual(NOW + 1_000);
    for (const answer of await Promise.all(answers)) {
      if (answer.kind === 'done') expect(answer.entry.seq).toBeGreaterThan(tick + 1);
    }
    const trades = played.entries.filter(({ command }) => command.wish.type === 'trade');
    expect(trades.length).toBeGreaterThan(0);
    const before = played.entries.slice(0, tick).map(({ at }) => at);
    expect(Math.max(...before)).toBeLessThan(NOW + 1_000);
    // Nothing was decided at or after the instant before the deadline was kept.
    const first = played.entries[tick + 1]!;
    expect(first.at).toBeGreaterThanOrEqual(played.entries[tick]!.at);
  });

  test('[S15] no refusal rests on a world in which a deadline that has come was not kept', async () => {
    const played = await Played.open();
    await played.done({ wish: market('M2', { opensAt: NOW + 1_000 }) });
    let now = NOW + 999;
    await played.restart({ clock: () => now });
    const hang = played.journal.hangNext('before');
    played.watch({ wish: player(0) });
    await hang.reached;
    // Fill the group being made, so that the next ones are judged in one go, as time passes.
    for (let n = 1; n < 1_001; n++) played.watch({ wish: player(n) });
    const filler = played.watch({ wish: player(1_001) });
    const trade = played.watch({ by: 'ana', wish: buy(ONE, 'M2') });
    const stop = played.sequencer.onFolded(({ command }) => {
      if (command.wish.type === 'open_account' && command.wish.account === 'p1001')
        now = NOW + 1_000;
    });
    hang.release();
    for (let n = 0; n < 4; n++) await settle();
    stop();
    expect(filler.value?.kind).toBe('done');
    expect(trade.value).toMatchObject({ kind: 'done', entry: { at: NOW + 1_000 } });
  });

  test('[S15] deadlines that passed while nobody led are kept at the start, with the time of now', async () => {
    const played = await Played.open();
    await played.done({ wish: market('M2', { opensAt: NOW + 1_000, closesAt: NOW + 2_000 }) });
    const old = played.sequencer;
    await old.drain();
    await played.timer.advance(3_600_000);
    await played.restart();
    expect(played.wishes.slice(-2)).toEqual(['tick', 'tick']);
    expect(played.entries.slice(-2).map(({ at, events }) => [at, events[0]?.type])).toEqual([
      [NOW + 3_600_000, 'market_opened'],
      [NOW + 3_600_000, 'market_closed'],
    ]);
  });

  test('[S15] more deadlines than one entry takes are kept one entry after the other', async () => {
    const played = await Played.open();
    await played.done({ wish: { type: 'set_limits', limits: [['deadlines_per_tick', 2n]] } });
    for (let n = 0; n < 7; n++)
      await played.done({ wish: market(`D${n}`, { opensAt: NOW + 1_000 }) });
    await played.timer.advance(1_000);
    const ticks = played.entries.filter(({ command }) => command.wish.type === 'tick');
    expect(ticks.map(({ events }) => events.length)).toEqual([2, 2, 2, 1]);
    expect(await played.agrees()).toBe(true);
  });

  test('[S16] payouts go one chunk a group, and trades go with them', async () => {
    const played = await Played.open();
    await played.done({ wish: { type: 'set_limits', limits: [['payouts_per_command', 2n]] } });
    await played.done({ wish: market('M2', {}) });
    await played.done({ wish: { type: 'open', market: 'M2' } });
    for (let n = 0; n < 9; n++) {
      await played.done({ wish: player(n) });
      await played.done({ by: `p${n}`, wish: buy(ONE) });
    }
    await played.done({ wish: { type: 'close', market: 'M1' } });
    const resolution = { payout: [1_000_000, 0] };
    const wish: Wish = { type: 'resolve', market: 'M1', resolution, reason: REASON };
    const from = played.groups.length;
    const resolved = played.done({ wish });
    const trades = [];
    for (let n = 0; n < 8; n++) {
      trades.push(played.watch({ by: 'bob', wish: buy(ONE, 'M2') }));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await resolved;
    for (let n = 0; n < 6; n++) await settle();
    expect(kinds(trades).every((kind) => kind === 'done')).toBe(true);
    expect(played.sequencer.world.markets.get('M1')?.state).toBe('settled');
    const groups = played.groups
      .slice(from)
      .map(({ lines }) => lines.match(/"type":"pay_out"/g)?.length ?? 0);
    expect(Math.max(...groups)).toBe(1);
    expect(groups.reduce((sum, n) => sum + n, 0)).toBe(5);
    expect(await played.agrees()).toBe(true);
  });

  test('[S16] with many holders the first trade does not wait for the last payout', async () => {
    const played = await Played.open();
    await played.done({ wish: { type: 'set_limits', limits: [['payouts_per_command', 1n]] } });
    await played.done({ wish: market('M2', {}) });
    await played.done({ wish: { type: 'open', market: 'M2' } });
    for (let n = 0; n < 30; n++) {
      await played.done({ wish: player(n) });
      await played.done({ by: `p${n}`, wish: buy(ONE) });
    }
    await played.done({ wish: { type: 'cancel', market: 'M1', reason: REASON } });
    const trade = await played.done({ by: 'bob', wish: buy(ONE, 'M2') });
    for (let n = 0; n < 40; n++) await settle();
    const payouts = played.entries.filter(({ command }) => command.wish.type === 'pay_out');
    expect(payouts).toHaveLength(30);
    expect(payouts.filter(({ seq }) => seq > trade.seq).length).toBeGreaterThan(20);
  });

  test('[S17] time never runs backwards, however the clock jumps', async () => {
    const played = await Played.open();
    const jumps = [0, 86_400_000, -86_400_000, 5, -3_600_000, 0.75, 2.25];
    for (const skew of jumps) {
      played.skew = skew;
      const command = played.command({ by: 'ana', wish: buy(ONE) });
      const validUntil = played.sequencer.now() + 60_000;
      expect((await played.sequencer.submit({ ...command, validUntil })).kind).toBe('done');
    }
    const times = played.entries.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.every(Number.isSafeInteger)).toBe(true);
    expect(times.at(-1)).toBe(NOW + 86_400_000);
    played.skew = 0;
    await played.restart();
    const { at } = await played.done({ by: 'ana', wish: buy(ONE), validMs: 86_460_000 });
    expect(at).toBe(NOW + 86_400_000);
  });

  test('[S20] a sealed exchange decides nothing, and does not run after deadlines', async () => {
    const played = await Played.open();
    await played.done({ wish: market('M2', { opensAt: NOW + 1_000 }) });
    const sealed = await played.sequencer.submit({ by: SYSTEM, wish: { type: 'sealed' } });
    expect(sealed.kind).toBe('done');
    const { seq } = played.sequencer.head;
    const before = played.timer.waits.length;
    await played.timer.advance(1_500);
    expect(await played.submit({ by: 'ana', wish: buy(ONE) })).toMatchObject({ code: 'sealed' });
    await played.timer.advance(1_500);
    // It would ask for the passed deadline again and again.
    expect(played.timer.waits.length - before).toBeLessThan(10);
    expect(played.sequencer.head.seq).toBe(seq);
    expect(played.timer.pending).toBe(0);
    await played.restart();
    expect(played.sequencer.head.seq).toBe(seq);
  });
});
