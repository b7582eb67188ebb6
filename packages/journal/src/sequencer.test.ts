import { decodeEntry, micro, ONE, stateHash, SYSTEM, type Wish } from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import { buy, draft, NOW, openAccount, Played, REASON, settle } from '../test/played.js';
import { GROUP_LIMITS, type Group, StoreFailure } from './journal.js';
import { SEQUENCER_LIMITS as MOST } from './limits.js';
import { WorldReset } from './sequencer.js';

const player = (n: number): Wish => openAccount(`p${n}`);

/** Answers that arrived, by what they say. */
const kinds = (answers: readonly { value: { kind: string } | undefined }[]): unknown[] =>
  answers.map(({ value }) => value?.kind);

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
    const sizes = played.groups.slice(before).map(({ firstSeq, lastSeq }) => lastSeq - firstSeq + 1);
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
    const rules = Array.from({ length: 32 }, (_, n) => ({ kind: `${n}`.padStart(64, 'k'), add: 1n }));
    const terms = { mechanism: 'curve', source: 'feed', fundamental: ONE, slope: 1n, bps: 0, rules } as const;
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
    const first = played.watch({ wish: { type: 'freeze_account', account: 'ana', reason: REASON } });
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
    expect(played.entries[6]).toMatchObject({ events: [{ type: 'refused', code: 'insufficient_points' }] });
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

  test('[S8] what can never execute is refused at any attempt without an entry', async () => {
    const played = await Played.open();
    await played.done({ by: 'ana', key: 'used', wish: buy(ONE) });
    const attempts = [
      ['malformed', { by: 'ana', wish: { ...buy(ONE), outcome: 'no such thing' } as Wish }],
      ['command_expired', { by: 'ana', wish: buy(ONE), validMs: -1 }],
      ['command_id_reused', { by: 'ana', key: 'used', wish: buy(3n) }],
    ] as const;
    for (const [code, asked] of attempts) {
      expect(await played.submit({ ...asked, attempt: 2 })).toMatchObject({ kind: 'refused', code });
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
    const answers = Array.from({ length: MOST.queuedMax }, (_, n) => played.watch({ wish: player(n) }));
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
      const rejected = expect(read).rejects.toBeInstanceOf(WorldReset);
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
      await rejected;
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
      if (command.wish.type === 'open_account' && command.wish.account === 'p1001') now = NOW + 1_000;
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
    for (let n = 0; n < 7; n++) await played.done({ wish: market(`D${n}`, { opensAt: NOW + 1_000 }) });
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
    const groups = played.groups.slice(from).map(({ lines }) => lines.match(/"type":"pay_out"/g)?.length ?? 0);
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
    const rejected = expect(read).rejects.toBeInstanceOf(WorldReset);
    await played.timer.advance(MOST.answerMsMax + MOST.sweepMs + 1);
    await rejected;
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
    await played.done({ by: 'ana', wish: buy(ONE) }).then(() => heard.push('answer'));
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
