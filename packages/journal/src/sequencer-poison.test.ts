// Long because one engine with planted bugs serves all of it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type * as Engine from '@fairground/engine';
import {
  type Command,
  type Entry,
  ONE,
  stateHash,
  type Wish,
  type World,
} from '@fairground/engine';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { buy, draft, kinds, NOW, openAccount, Played, REASON, settle } from '../test/played.js';
import { FileQuarantine, MemoryQuarantine } from './quarantine.js';
import { WorldReset } from './sequencer.js';

/** An engine with bugs that are switched on by name. Its fold leaves a half-changed world behind. */
const bugs = vi.hoisted(() => ({
  decides: (_command: Command): boolean => false,
  folds: (_entry: Entry): boolean => false,
}));

vi.mock('@fairground/engine', async (original) => {
  const engine = await original<typeof Engine>();
  const decide: typeof engine.decide = (world, command, at) => {
    if (bugs.decides(command)) throw new Error('a bug in decide');
    return engine.decide(world, command, at);
  };
  const fold: typeof engine.fold = (world, entry) => {
    engine.fold(world, entry);
    if (!bugs.folds(entry)) return;
    world.books.post({
      from: 'mint',
      to: 'player:ana',
      asset: 'points',
      amount: engine.micro(77n),
    });
    throw new Error('a bug in fold');
  };
  return { ...engine, decide, fold };
});

const BAD = 13n;
const isBad = (command: Command): boolean =>
  command.wish.type === 'trade' && command.wish.spend === BAD * ONE;
const bad = buy(BAD * ONE);
const foldsBadly = (entry: Entry): boolean => isBad(entry.command);

beforeEach(() => {
  bugs.decides = () => false;
  bugs.folds = () => false;
});

describe('a bug in decide', () => {
  test('[P1] is a fault to one caller; nothing has changed, nothing is thrown away', async () => {
    const played = await Played.open();
    const resets: number[] = [];
    played.sequencer.onReset((seq) => resets.push(seq));
    bugs.decides = isBad;
    const before = stateHash(played.sequencer.world);
    expect(await played.submit({ by: 'ana', wish: bad })).toEqual({ kind: 'fault' });
    expect(stateHash(played.sequencer.world)).toBe(before);
    expect(played.alarms).toEqual([
      { reason: expect.stringContaining('a bug in decide'), stops: false },
    ]);
    expect((await played.submit({ by: 'bob', wish: buy(ONE) })).kind).toBe('done');
    expect([resets, played.entries.length]).toEqual([[], 7]);
    expect(await played.agrees()).toBe(true);
  });

  test('[P1] also where the wish itself springs the trap', async () => {
    const played = await Played.open();
    const trap: Wish = {
      ...buy(ONE),
      get spend(): never {
        throw new Error('a trap');
      },
    };
    const rest = [
      played.watch({ by: 'ana', wish: trap }),
      played.watch({ by: 'bob', wish: buy(ONE) }),
    ];
    await settle();
    expect(kinds(rest)).toEqual(['fault', 'done']);
    expect(await played.agrees()).toBe(true);
  });

  test('[P7] in a command of the system it stops, and nothing of it is appended', async () => {
    const played = await Played.open();
    const wish: Wish = {
      type: 'create_market',
      market: 'M2',
      sponsor: 'treasury',
      draft: draft({ opensAt: NOW + 50 }),
    };
    await played.done({ wish });
    bugs.decides = ({ wish: { type } }) => type === 'tick';
    await played.timer.advance(50);
    expect(played.sequencer.status).toBe('stopped');
    expect(played.alarms).toEqual([
      { reason: expect.stringContaining('tick broke the engine'), stops: true },
    ]);
    expect(await played.submit({ by: 'ana', wish: buy(ONE) })).toMatchObject({ code: 'no_leader' });
    expect(played.entries).toHaveLength(7);
    await played.sequencer.drain();
    // A build without the bug goes on from there.
    bugs.decides = () => false;
    await played.restart();
    expect(played.wishes.at(-1)).toBe('tick');
    expect(await played.agrees()).toBe(true);
  });
});

describe('a bug in fold', () => {
  test('[P2] nothing of its group is appended; the others are decided anew and served', async () => {
    const played = await Played.open();
    bugs.folds = foldsBadly;
    const hang = played.journal.hangNext('before');
    const inFlight = played.watch({ by: 'ana', wish: buy(ONE) });
    await hang.reached;
    const before = Array.from({ length: 5 }, (_, n) =>
      played.watch({ wish: openAccount(`p${n}`) }),
    );
    const refused = played.watch({ by: 'p4', wish: buy(2_000_000n * ONE) });
    const again = played.watch({ key: 'key of p0', wish: openAccount('p9') });
    const twice = played.watch({ key: 'key of p0', wish: openAccount('p9') });
    const poison = played.watch({ by: 'ana', key: 'bad', wish: bad });
    const after = Array.from({ length: 5 }, (_, n) =>
      played.watch({ by: 'bob', wish: buy(BigInt(n + 1) * ONE) }),
    );
    expect(played.sequencer.status).toBe('rebuilding');
    await settle();
    expect(kinds([inFlight, ...before, poison, ...after]).every((kind) => kind === undefined)).toBe(
      true,
    );
    expect(played.entries).toHaveLength(6);
    hang.release();
    await settle();
    expect(kinds([inFlight, ...before, ...after])).toEqual(
      Array.from({ length: 11 }, () => 'done'),
    );
    expect(poison.value).toEqual({ kind: 'fault' });
    expect(refused.value).toMatchObject({ kind: 'refused', code: 'insufficient_points', seq: 12 });
    expect([again.value, twice.value]).toMatchObject([{ repeated: false }, { repeated: true }]);
    const seqs = [inFlight, ...before, again, ...after].map(
      ({ value }) => value?.kind === 'done' && value.entry.seq,
    );
    expect(seqs).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
    expect(played.lines.some((line) => line.includes(`"spend":"${BAD * ONE}"`))).toBe(false);
    bugs.folds = () => false;
    expect(await played.agrees()).toBe(true);
  });

  test('[P2] a broken law is found before the entry leaves, and heals the same way', async () => {
    const played = await Played.start({ checksEach: true });
    await played.done({ wish: openAccount('ana') });
    // Somebody holds the world and writes into it: the next law that is checked is broken.
    const stop = played.sequencer.onFolded(() => {
      stop();
      const books = played.sequencer.world.books as World['books'];
      books.post({
        from: 'player:ana',
        to: 'mint',
        asset: 'points',
        amount: (10n ** 15n) as never,
      });
    });
    await played.done({ wish: openAccount('bob') });
    const answer = await played.submit({ wish: openAccount('cyd') });
    expect(answer).toEqual({ kind: 'fault' });
    expect(played.alarms).toHaveLength(1);
    expect((await played.submit({ wish: openAccount('dan') })).kind).toBe('done');
    expect(played.wishes).toHaveLength(3);
    expect(await played.agrees()).toBe(true);
  });

  test('[P2] a whole world: what is served afterwards is the state that a fresh start would have', async () => {
    const played = await Played.open();
    bugs.folds = foldsBadly;
    const { world } = played.sequencer;
    await played.submit({ by: 'ana', wish: bad });
    expect(played.sequencer.world).not.toBe(world);
    expect(stateHash(world)).not.toBe(stateHash(played.sequencer.world));
    bugs.folds = () => false;
    expect(await played.agrees()).toBe(true);
    const live = stateHash(played.sequencer.world);
    await played.restart();
    expect(stateHash(played.sequencer.world)).toBe(live);
    expect(played.sequencer.head).toEqual(played.sequencer.durable);
  });

  test('[P3] it is refused from then on, under any key, and after a restart', async () => {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-poison-'));
    onTestFinished(() => fs.rmSync(dir, { recursive: true }));
    const played = await Played.open({ quarantine: new FileQuarantine(dir) });
    bugs.folds = foldsBadly;
    await played.submit({ by: 'ana', key: 'one', wish: bad });
    let folded = 0;
    bugs.folds = (entry) => foldsBadly(entry) && folded++ >= 0;
    for (const asked of [{ key: 'one', attempt: 2 }, { key: 'two' }]) {
      expect(await played.submit({ by: 'ana', wish: bad, ...asked })).toEqual({ kind: 'fault' });
    }
    await played.restart({ quarantine: new FileQuarantine(dir) });
    expect(await played.submit({ by: 'ana', key: 'three', wish: bad })).toEqual({ kind: 'fault' });
    expect(folded).toBe(0);
    expect((await played.submit({ by: 'ana', wish: buy(ONE) })).kind).toBe('done');
  });

  test('[P3] nothing is judged before the quarantine is durable; if it cannot be, it stops', async () => {
    const quarantine = new MemoryQuarantine();
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const add = quarantine.add.bind(quarantine);
    quarantine.add = async (hash, reason) => gate.then(() => add(hash, reason));
    const played = await Played.open({ quarantine });
    bugs.folds = foldsBadly;
    const poison = played.watch({ by: 'ana', wish: bad });
    const next = played.watch({ by: 'bob', wish: buy(ONE) });
    await settle();
    expect(kinds([poison, next])).toEqual([undefined, undefined]);
    release();
    await settle();
    expect(kinds([poison, next])).toEqual(['fault', 'done']);

    const full = new MemoryQuarantine();
    full.add = () => Promise.reject(new Error('no room'));
    const other = await Played.open({ quarantine: full });
    expect(await other.submit({ by: 'ana', wish: bad })).toEqual({ kind: 'fault' });
    expect(other.sequencer.status).toBe('stopped');
    expect(other.alarms.at(-1)).toEqual({
      reason: expect.stringContaining('no room'),
      stops: true,
    });
  });

  test('[P4] one rebuild for one command, however often it comes; listeners are told where it goes on', async () => {
    const played = await Played.open();
    bugs.folds = foldsBadly;
    const resets: number[] = [];
    const folded: number[] = [];
    played.sequencer.onFolded(({ seq }) => folded.push(seq));
    played.sequencer.onReset((seq) => {
      expect(played.sequencer.head.seq).toBe(seq);
      resets.push(seq);
    });
    const hang = played.journal.hangNext('before');
    played.watch({ by: 'ana', wish: buy(ONE) });
    await hang.reached;
    played.watch({ by: 'bob', wish: buy(ONE) });
    const many = Array.from({ length: 20 }, () => played.watch({ by: 'ana', wish: bad }));
    hang.release();
    await settle();
    expect(kinds(many)).toEqual(many.map(() => 'fault'));
    expect([resets, folded]).toEqual([[7], [7, 8, 8]]);
    expect(played.alarms).toHaveLength(1);
  });

  test('[P4] reads that rest on what was thrown away are told; those on what stays are served', async () => {
    const played = await Played.open();
    bugs.folds = foldsBadly;
    const hang = played.journal.hangNext('before');
    played.watch({ by: 'ana', wish: buy(ONE) });
    await hang.reached;
    played.watch({ by: 'bob', wish: buy(ONE) });
    const stays = played.sequencer.whenDurable(7);
    const gone = played.sequencer.whenDurable(8).catch((error: unknown) => error);
    played.watch({ by: 'ana', wish: bad });
    expect(await gone).toBeInstanceOf(WorldReset);
    hang.release();
    await stays;
  });

  test('[P4] two different ones cost a rebuild each, and nobody else anything', async () => {
    const played = await Played.open();
    bugs.folds = ({ command: { wish } }) =>
      wish.type === 'trade' && (wish.spend ?? 0n) >= BAD * ONE;
    const answers = [13n, 1n, 14n, 2n].map((n) => played.watch({ by: 'ana', wish: buy(n * ONE) }));
    await settle();
    await settle();
    expect(kinds(answers)).toEqual(['fault', 'done', 'fault', 'done']);
    expect(played.alarms).toHaveLength(2);
    expect(await played.agrees()).toBe(true);
  });

  test('[P5] what was done before it became poison still gets its first answer', async () => {
    const played = await Played.open();
    const first = await played.done({ by: 'ana', key: 'early', wish: bad });
    bugs.folds = (entry) => foldsBadly(entry) && entry.seq > first.seq;
    expect(await played.submit({ by: 'ana', key: 'late', wish: bad })).toEqual({ kind: 'fault' });
    const again = await played.submit({ by: 'ana', key: 'early', wish: bad, attempt: 2 });
    expect(again).toEqual({ kind: 'done', entry: first, repeated: true });
    expect(await played.submit({ by: 'ana', key: 'late', wish: bad })).toEqual({ kind: 'fault' });
  });

  test('[P6] deadlines and payouts that were thrown away with the group are done again', async () => {
    const played = await Played.open();
    for (const n of [1, 2, 3]) {
      await played.done({ wish: openAccount(`p${n}`) });
      await played.done({ by: `p${n}`, wish: buy(ONE) });
    }
    await played.done({ wish: { type: 'set_limits', limits: [['payouts_per_command', 2n]] } });
    await played.done({
      wish: {
        type: 'create_market',
        market: 'M2',
        sponsor: 'treasury',
        draft: draft({ opensAt: NOW + 10 }),
      },
    });
    await played.done({ wish: { type: 'close', market: 'M1' } });
    bugs.folds = ({ command: { wish } }) => wish.type === 'open_account' && wish.account === 'bad';
    const one = played.journal.hangNext('before');
    const wish: Wish = {
      type: 'resolve',
      market: 'M1',
      resolution: { payout: [0, 1_000_000] },
      reason: REASON,
    };
    const resolved = played.watch({ wish });
    await one.reached;
    // The first chunk is in the group being made, and so is the deadline, when the poison comes.
    played.skew = 10;
    played.watch({ wish: openAccount('p4') });
    const poison = played.watch({ wish: openAccount('bad') });
    one.release();
    for (let n = 0; n < 6; n++) await settle();
    expect([resolved.value?.kind, poison.value?.kind]).toEqual(['done', 'fault']);
    const { markets } = played.sequencer.world;
    expect([markets.get('M1')?.state, markets.get('M2')?.state]).toEqual(['settled', 'open']);
    bugs.folds = () => false;
    expect(await played.agrees()).toBe(true);
  });

  test('[P6] a payout goes on by itself when nothing but poison came with it', async () => {
    const played = await Played.open();
    for (const n of [1, 2, 3]) {
      await played.done({ wish: openAccount(`p${n}`) });
      await played.done({ by: `p${n}`, wish: buy(ONE) });
    }
    await played.done({ wish: { type: 'set_limits', limits: [['payouts_per_command', 1n]] } });
    bugs.folds = ({ command: { wish } }) => wish.type === 'open_account' && wish.account === 'bad';
    const hang = played.journal.hangNext('before');
    const cancelled = played.watch({ wish: { type: 'cancel', market: 'M1', reason: REASON } });
    await hang.reached;
    const poison = played.watch({ wish: openAccount('bad') });
    hang.release();
    for (let n = 0; n < 8; n++) await settle();
    expect(kinds([cancelled, poison])).toEqual(['done', 'fault']);
    expect(played.sequencer.world.markets.get('M1')?.state).toBe('refunded');
    expect(played.wishes.filter((type) => type === 'pay_out')).toHaveLength(3);
  });

  test('[P2] while it rebuilds the bounds hold: who waits too long undecided is busy', async () => {
    const played = await Played.open();
    bugs.folds = foldsBadly;
    const hang = played.journal.hangNext('before');
    const inFlight = played.watch({ by: 'ana', wish: buy(ONE) });
    await hang.reached;
    const lost = played.watch({ wish: openAccount('lost') });
    played.watch({ by: 'ana', wish: bad });
    await played.timer.advance(2_300);
    expect(lost.value).toMatchObject({ kind: 'not_now', code: 'busy' });
    await played.timer.advance(3_000);
    expect(inFlight.value).toEqual({ kind: 'unknown' });
    hang.release();
    await settle();
    expect(played.sequencer.status).toBe('leading');
    expect(played.sequencer.world.accounts.has('lost')).toBe(false);
    expect(played.entries).toHaveLength(7);
    bugs.folds = () => false;
    expect(await played.agrees()).toBe(true);
  });

  test('[P2] fenced while it rebuilds: it stops, and tells everybody', async () => {
    const played = await Played.open();
    bugs.folds = foldsBadly;
    const hang = played.journal.hangNext('before');
    const answers = [played.watch({ by: 'ana', wish: buy(ONE) })];
    await hang.reached;
    answers.push(
      played.watch({ wish: openAccount('lost') }),
      played.watch({ by: 'ana', wish: bad }),
    );
    played.store.fence();
    hang.release();
    await settle();
    expect(kinds(answers)).toEqual(['unknown', 'not_now', 'fault']);
    expect(played.sequencer.status).toBe('stopped');
    expect(await played.submit({ by: 'bob', wish: buy(ONE) })).toMatchObject({ code: 'no_leader' });
    expect(played.entries).toHaveLength(6);
  });

  test('[P2] a listener that submits the poison at once cannot make an answer of what was thrown away', async () => {
    const played = await Played.open();
    bugs.folds = foldsBadly;
    const stop = played.sequencer.onFolded(() => {
      stop();
      played.watch({ by: 'bob', wish: bad });
    });
    const first = await played.submit({ by: 'ana', wish: buy(ONE) });
    await settle();
    expect(first).toMatchObject({ kind: 'done', entry: { seq: 7, command: { by: 'ana' } } });
    expect(played.entries[6]).toEqual(first.kind === 'done' && first.entry);
    bugs.folds = () => false;
    expect(await played.agrees()).toBe(true);
  });
});

afterEach(() => {
  bugs.folds = () => false;
});
