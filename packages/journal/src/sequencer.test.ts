import { decodeEntry, micro, ONE, type Wish } from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import { buy, draft, kinds, openAccount, Played, player, REASON, settle } from '../test/played.js';
import { GROUP_LIMITS } from './journal.js';

describe('what is answered is durable', () => {
  test('[S1] while the append hangs nothing is answered and nothing called durable', async () => {
    const played = await Played.open();
    const seqs: number[] = [];
    played.sequencer.onDurable((seq) => seqs.push(seq));
    const before = played.sequencer.durable;
    const hang = played.journal.hangNext('before');
    const answer = played.watch({ by: 'ana', wish: buy(ONE) });
    await hang.reached;
    await settle();
    expect(played.sequencer.head.seq).toBe(before.seq + 1);
    expect(played.sequencer.durable).toEqual(before);
    expect([answer.value, seqs]).toEqual([undefined, []]);
    hang.release();
    await settle();
    expect(answer.value).toMatchObject({ kind: 'done', repeated: false });
    expect(seqs).toEqual([before.seq + 1]);
  });

  test('[S1] not even when it is stored and the store has not said so', async () => {
    const played = await Played.open();
    const hang = played.journal.hangNext('after');
    const answer = played.watch({ by: 'ana', wish: buy(ONE) });
    await hang.reached;
    await settle();
    expect(played.lines).toHaveLength(played.sequencer.head.seq);
    expect(answer.value).toBeUndefined();
    hang.release();
    await settle();
    expect(answer.value?.kind).toBe('done');
  });

  test('[S1] the answer is the entry as it is stored', async () => {
    const played = await Played.open();
    const entry = await played.done({ by: 'ana', wish: buy(ONE) });
    expect(decodeEntry(played.lines[entry.seq - 1]!)).toEqual(entry);
    expect(played.sequencer.durable).toEqual({ seq: entry.seq, hash: entry.hash });
    expect(await played.agrees()).toBe(true);
  });

  test('[S1] also where the store proofreads: what is folded and answered is what the line says', async () => {
    const played = await Played.open();
    Object.assign(played.journal, { proofreads: true });
    const trades: Wish[] = [
      buy(ONE),
      {
        type: 'trade',
        market: 'M1',
        side: 'buy',
        outcome: 'NO',
        shares: micro(5n * ONE),
        paysMax: micro(9n * ONE),
      },
      {
        type: 'trade',
        market: 'M1',
        side: 'sell',
        outcome: 'NO',
        shares: micro(ONE),
        getsMin: micro(0n),
      },
    ];
    for (const wish of trades) {
      const entry = await played.done({ by: 'ana', wish });
      expect(decodeEntry(played.lines[entry.seq - 1]!)).toEqual(entry);
    }
    expect(await played.agrees()).toBe(true);
  });

  test('[S2] one append in flight; all that came meanwhile is the next group, in order', async () => {
    const played = await Played.open();
    const before = played.groups.length;
    const hang = played.journal.hangNext('before');
    const first = played.watch({ wish: player(0) });
    await hang.reached;
    const rest = [1, 2, 3, 4, 5].map((n) => played.watch({ wish: player(n) }));
    await settle();
    expect(played.groups).toHaveLength(before);
    expect(played.sequencer.depth).toBe(6);
    hang.release();
    await settle();
    const seqs = [first, ...rest].map(({ value }) => value?.kind === 'done' && value.entry.seq);
    expect(seqs).toEqual([7, 8, 9, 10, 11, 12]);
    const sizes = played.groups
      .slice(before)
      .map(({ firstSeq, lastSeq }) => lastSeq - firstSeq + 1);
    expect(sizes).toEqual([1, 5]);
    expect(played.sequencer.depth).toBe(0);
  });

  test('[S2] never two appends at once, whatever comes while one is in flight', async () => {
    const played = await Played.start();
    let inFlight = 0;
    let most = 0;
    played.journal = played.store.open({
      before: async ({ verb }) => {
        if (verb !== 'append') return;
        most = Math.max(most, ++inFlight);
        await settle();
      },
      after: ({ verb }) => void (verb === 'append' && inFlight--),
    });
    const { Sequencer } = await import('./sequencer.js');
    const { journal, timer } = played;
    played.sequencer = await Sequencer.start({ journal, timer, clock: () => played.clock() });
    const answers = [];
    for (let n = 0; n < 60; n++) {
      answers.push(played.watch({ wish: player(n) }));
      if (n % 7 === 0) await settle();
    }
    for (let n = 0; n < 40; n++) await settle();
    expect(kinds(answers)).toEqual(answers.map(() => 'done'));
    expect(most).toBe(1);
    expect(played.groups.length).toBeGreaterThan(2);
    expect(played.groups.length).toBeLessThan(40);
  });

  test('[S3] a group holds 1,000 entries at most; the others wait for the next, in order', async () => {
    const played = await Played.start();
    const hang = played.journal.hangNext('before');
    const answers = Array.from({ length: 2_300 }, (_, n) => played.watch({ wish: player(n) }));
    await hang.reached;
    hang.release();
    await settle();
    await settle();
    expect(kinds(answers).every((kind) => kind === 'done')).toBe(true);
    const sizes = played.groups.map(({ firstSeq, lastSeq }) => lastSeq - firstSeq + 1);
    expect(sizes).toEqual([1, 1_000, 1_000, 299]);
    const wishes = played.entries.map(({ command }) => command.wish);
    expect(wishes).toEqual(answers.map((_, n) => player(n)));
  });

  test('[S3] a group never passes 512 KiB', async () => {
    const played = await Played.start();
    await played.done({ wish: openAccount('feed') });
    const rules = Array.from({ length: 32 }, (_, n) => ({
      kind: `${n}`.padStart(64, 'k'),
      add: 1n,
    }));
    const terms = {
      mechanism: 'curve',
      source: 'feed',
      fundamental: ONE,
      slope: 1n,
      bps: 0,
      rules,
    } as const;
    const { deposit: _, ...rest } = draft().terms as { deposit: unknown };
    expect(rest).toBeDefined();
    const hang = played.journal.hangNext('before');
    const answers = Array.from({ length: 250 }, (_unused, n) => {
      const wish: Wish = {
        type: 'create_market',
        market: `S${n}`,
        sponsor: 'treasury',
        draft: { ...draft(), terms },
      };
      return played.watch({ wish });
    });
    await hang.reached;
    hang.release();
    await settle();
    await settle();
    expect(kinds(answers).every((kind) => kind === 'done')).toBe(true);
    const bytes = played.groups.map(({ lines }) => lines.length);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(GROUP_LIMITS.bytesMax);
    expect(Math.max(...bytes)).toBeGreaterThan(GROUP_LIMITS.bytesMax / 2);
    expect(played.groups.length).toBeGreaterThan(4);
  });

  test('[S4] a refusal waits for the world it rests on, and names it', async () => {
    const played = await Played.open();
    const hang = played.journal.hangNext('before');
    const first = played.watch({
      wish: { type: 'freeze_account', account: 'ana', reason: REASON },
    });
    const refused = played.watch({ by: 'ana', wish: buy(ONE) });
    await hang.reached;
    await settle();
    expect(kinds([first, refused])).toEqual([undefined, undefined]);
    const { seq, hash } = played.sequencer.head;
    hang.release();
    await settle();
    expect(refused.value).toEqual({ kind: 'refused', code: 'account_frozen', seq, hash });
    expect(played.sequencer.durable).toEqual({ seq, hash });
    expect(first.value?.kind).toBe('done');
  });

  test('[S4] one that rests on what is durable is told at once, though others wait', async () => {
    const played = await Played.open();
    const refused = await played.submit({ by: 'ana', wish: buy(0n) });
    expect(refused).toMatchObject({ kind: 'refused', code: 'too_small', seq: 6 });
    expect(played.sequencer.depth).toBe(0);
  });

  test('[S4] it does not go out when its world never becomes durable', async () => {
    const played = await Played.open();
    const hang = played.journal.hangNext('before');
    played.watch({ wish: { type: 'freeze_account', account: 'ana', reason: REASON } });
    const refused = played.watch({ by: 'ana', wish: buy(ONE) });
    await hang.reached;
    played.store.fence();
    hang.release();
    await settle();
    expect(refused.value).toEqual({ kind: 'unknown' });
  });
});

describe('the same command again', () => {
  test('[S5] gets the first answer, whatever has happened since', async () => {
    const played = await Played.open();
    const first = await played.done({ by: 'ana', key: 'one', wish: buy(ONE) });
    await played.done({ wish: { type: 'freeze_account', account: 'ana', reason: REASON } });
    const again = await played.submit({ by: 'ana', key: 'one', wish: buy(ONE), validMs: 1 });
    expect(again).toEqual({ kind: 'done', entry: first, repeated: true });
    expect(played.entries.filter(({ command }) => command.id === first.command.id)).toHaveLength(1);
  });

  test('[S5] waits with the first one while that is not durable, and no longer', async () => {
    const played = await Played.open();
    const [one, two] = [played.journal.hangNext('before'), played.journal.hangNext('before')];
    const first = played.watch({ by: 'ana', key: 'one', wish: buy(ONE) });
    await one.reached;
    const later = played.watch({ by: 'ana', key: 'two', wish: buy(ONE) });
    const again = played.watch({ by: 'ana', key: 'one', wish: buy(ONE), attempt: 2 });
    await settle();
    expect(kinds([first, again, later])).toEqual([undefined, undefined, undefined]);
    one.release();
    await two.reached;
    await settle();
    // What came between them is still on its way; the first answer is not held up by it.
    expect(kinds([first, again, later])).toEqual(['done', 'done', undefined]);
    expect(again.value).toMatchObject({ repeated: true, entry: { seq: 7 } });
    two.release();
    await settle();
    expect(later.value?.kind).toBe('done');
  });

  test('[S5] gets it after a restart too, also when the first caller never heard', async () => {
    const played = await Played.open();
    const hang = played.journal.hangNext('after');
    const lost = played.watch({ by: 'ana', key: 'one', wish: buy(ONE) });
    await hang.reached;
    await played.restart();
    const again = await played.submit({ by: 'ana', key: 'one', wish: buy(ONE), attempt: 2 });
    expect(again).toMatchObject({ kind: 'done', repeated: true, entry: { seq: 7 } });
    expect(lost.value).toBeUndefined();
    expect(played.wishes.filter((type) => type === 'trade')).toHaveLength(1);
  });

  test('[S5] ten at once of one command are one entry and ten answers', async () => {
    const played = await Played.open();
    const asked = { by: 'ana', key: 'one', wish: buy(ONE) };
    const answers = await Promise.all(Array.from({ length: 10 }, () => played.submit(asked)));
    const hashes = answers.map((answer) => answer.kind === 'done' && answer.entry.hash);
    expect(new Set(hashes).size).toBe(1);
    expect(answers.filter((answer) => answer.kind === 'done' && !answer.repeated)).toHaveLength(1);
    expect(played.entries).toHaveLength(7);
  });

  test('[S5] a repeated answer that cannot be read is unknown, and an alarm', async () => {
    const played = await Played.open();
    await played.done({ by: 'ana', key: 'one', wish: buy(ONE) });
    played.journal.groupOf = () => Promise.reject(new Error('rot'));
    const again = await played.submit({ by: 'ana', key: 'one', wish: buy(ONE) });
    expect(again).toEqual({ kind: 'unknown' });
    expect(played.alarms).toMatchObject([{ stops: false, reason: expect.stringContaining('rot') }]);
  });

  test('[S6] with another content it is refused and changes nothing', async () => {
    const played = await Played.open();
    await played.done({ by: 'ana', key: 'one', wish: buy(ONE) });
    const other = await played.submit({ by: 'ana', key: 'one', wish: buy(2n * ONE), attempt: 2 });
    expect(other).toMatchObject({ kind: 'refused', code: 'command_id_reused' });
    const bob = await played.submit({ by: 'bob', key: 'one', wish: buy(2n * ONE) });
    expect(bob.kind).toBe('done');
    expect(played.entries).toHaveLength(8);
  });
});
