import { describe, expect, test } from 'vitest';
import { foundedDatabase, journalOn } from '../test/fake-database.js';
import { groupAfter } from '../test/groups.js';
import { buy, Played, PlayedTimer, settle } from '../test/played.js';
import { Barrier } from './barrier.js';
import type { Connection } from './postgres-connection.js';
import { SQL } from './postgres-sql.js';

/** A barrier whose beats are answered by hand. */
function barrier() {
  const timer = new PlayedTimer();
  const beats: ((leads: boolean) => void)[] = [];
  const made = new Barrier(timer, () => new Promise((resolve) => beats.push(resolve)));
  const passed: (boolean | undefined)[] = [];
  const pass = (): void => {
    const at = passed.push(undefined) - 1;
    void made.pass().then((answer) => (passed[at] = answer));
  };
  return { timer, made, beats, passed, pass };
}

describe('the barrier', () => {
  test('[T8] one beat serves all who wait when it begins, and nobody who comes later', async () => {
    const { timer, beats, passed, pass } = barrier();
    pass();
    await settle();
    pass();
    pass();
    expect(beats).toHaveLength(1);
    beats[0]!(true);
    await settle();
    expect(passed).toEqual([true, undefined, undefined]);
    await timer.advance(5);
    expect(beats).toHaveLength(2);
    beats[1]!(false);
    await settle();
    expect(passed).toEqual([true, false, false]);
  });

  test('[T8] at most two hundred beats a second, and none that nobody waits for', async () => {
    const { timer, beats, pass } = barrier();
    for (let ms = 0; ms < 1_000; ms++) {
      pass();
      await timer.advance(1);
      for (const beat of beats) beat(true);
    }
    expect(beats.length).toBeGreaterThan(100);
    expect(beats.length).toBeLessThanOrEqual(201);
    const before = beats.length;
    await timer.advance(1_000);
    expect(beats.length).toBeLessThanOrEqual(before + 1);
  });

  test('[T8] an append that began after the question is as good as a beat; one before it is not', async () => {
    const { timer, made, beats, passed, pass } = barrier();
    const before = made.begin();
    pass();
    const after = made.begin();
    before(true);
    await settle();
    expect(passed).toEqual([undefined]);
    after(true);
    await settle();
    expect(passed).toEqual([true]);
    beats[0]!(false);
    await timer.advance(10);
    expect(passed).toEqual([true]);
  });

  test('[T8] who waits 5 s is told that it cannot be shown', async () => {
    const { timer, passed, pass } = barrier();
    pass();
    await timer.advance(4_999);
    expect(passed).toEqual([undefined]);
    await timer.advance(1);
    expect(passed).toEqual([false]);
  });

  test('[T8] a journal passes it by its appends, and never once another leads', async () => {
    const database = foundedDatabase();
    let beats = 0;
    const connect = async (): Promise<Connection> => ({
      close: () => {},
      run: async (statement, values) => {
        // Beats hang: only an append can answer.
        if (statement === SQL.beat && beats++ === 0) return new Promise(() => {});
        return database.run(statement, values);
      },
    });
    const one = journalOn(database, 'one', { connect });
    const head = await one.take();
    const passed = one.barrier();
    await settle();
    expect(await one.append(groupAfter(head), head)).toBe('done');
    expect(await passed).toBe(true);
    await journalOn(database, 'two').take();
    const two = journalOn(database, 'three');
    expect(await two.barrier()).toBe(false);
    await one.close();
  });
});

describe('a sequencer on a journal that others may lead', () => {
  const frozen = {
    wish: { type: 'freeze_account', account: 'ana', reason: 'b'.repeat(64) },
  } as const;

  async function shared(): Promise<{ played: Played; answers: ((leads: boolean) => void)[] }> {
    const played = await Played.open();
    await played.done(frozen);
    const answers: ((leads: boolean) => void)[] = [];
    Object.assign(played.journal, {
      barrier: () => new Promise<boolean>((resolve) => answers.push(resolve)),
    });
    return { played, answers };
  }

  test('[T9] a refusal waits until it is shown that we lead; deposed, it is no answer', async () => {
    const { played, answers } = await shared();
    const [first, second] = [1, 2].map(() => played.watch({ by: 'ana', wish: buy(1_000_000n) }));
    await settle();
    expect(first!.value).toBeUndefined();
    expect(answers).toHaveLength(2);
    answers[0]!(true);
    answers[1]!(false);
    await settle();
    expect(first!.value).toMatchObject({ kind: 'refused', code: 'account_frozen' });
    expect(second!.value).toMatchObject({ kind: 'not_now', code: 'no_leader' });
    // What is done needs nobody's leave.
    expect(await played.submit({ by: 'bob', wish: buy(1_000_000n) })).toMatchObject({
      kind: 'done',
    });
    expect(answers).toHaveLength(2);
  });

  test('[T10] stepping down, a group on its way is still answered; what was not sent never happened', async () => {
    const { played } = await shared();
    const held = played.journal.hangNext('before');
    const sent = played.watch({ by: 'bob', wish: buy(1_000_000n) });
    await held.reached;
    const unsent = played.watch({ by: 'bob', wish: buy(2_000_000n) });
    await settle();
    played.sequencer.stepDown();
    await settle();
    expect(unsent.value).toMatchObject({ kind: 'not_now', code: 'no_leader' });
    expect(sent.value).toBeUndefined();
    held.release();
    await settle();
    expect(sent.value).toMatchObject({ kind: 'done' });
    expect(await played.submit({ by: 'bob', wish: buy(3_000_000n) })).toMatchObject({
      code: 'no_leader',
    });
    const spends = played.entries.filter(({ command }) => command.wish.type === 'trade');
    expect(spends).toHaveLength(1);
  });
});
