import { describe, expect, test } from 'vitest';
import { FAKE_ID, foundedDatabase, journalOn } from '../test/fake-database.js';
import { appendAll, groupAfter, headAfter } from '../test/groups.js';
import { PlayedTimer, settle } from '../test/played.js';
import { Leadership, LeaseTaken, LeaseWatch, type LeaseView } from './lease.js';
import { chainStart } from './chain.js';
import type { Connection } from './postgres-connection.js';
import { SQL } from './postgres-sql.js';

const view = (change: Partial<LeaseView> = {}): LeaseView => ({
  holder: 'one ',
  url: '',
  term: 3,
  beat: 7,
  v: 1,
  ...change,
});

describe('a lease', () => {
  test('[T1] is free when nobody holds it, or nothing moved for 5 s of the clock of who looks', () => {
    const timer = new PlayedTimer();
    const watch = new LeaseWatch(timer);
    expect(watch.isFree(view({ holder: '' }))).toBe(true);
    expect(watch.isFree(view())).toBe(false);
    for (let passed = 0; passed < 4_000; passed += 1_000) {
      timer.skip(1_000);
      expect(watch.isFree(view())).toBe(false);
    }
    timer.skip(999);
    expect(watch.isFree(view())).toBe(false);
    expect(watch.isFree(view({ beat: 8 }))).toBe(false);
    timer.skip(2_000);
    expect(watch.isFree(view({ beat: 8 }))).toBe(false);
    timer.skip(2_000);
    expect(watch.isFree(view({ beat: 8 }))).toBe(false);
    timer.skip(999);
    expect(watch.isFree(view({ beat: 8 }))).toBe(false);
    timer.skip(1);
    expect(watch.isFree(view({ beat: 8 }))).toBe(true);
    expect(watch.isFree(view({ term: 4, beat: 8 }))).toBe(false);
  });

  test('[T18] that could not be looked at was not silent: the 5 s begin with the next look', () => {
    const timer = new PlayedTimer();
    const watch = new LeaseWatch(timer);
    expect(watch.isFree(view())).toBe(false);
    timer.skip(60_000);
    expect(watch.isFree(view())).toBe(false);
    timer.skip(2_000);
    expect(watch.isFree(view())).toBe(false);
    timer.skip(2_000);
    expect(watch.isFree(view())).toBe(false);
    timer.skip(1_000);
    expect(watch.isFree(view())).toBe(true);
  });

  test('[T2] is taken by one of all who saw the same beat, with a term above all there are', async () => {
    const database = foundedDatabase();
    const [one, two, three] = ['one', 'two', 'three'].map((name) => journalOn(database, name));
    const seen = await one!.lease();
    const taken = await Promise.allSettled([one!.take(seen), two!.take(seen), three!.take(seen)]);
    const won = taken.filter(({ status }) => status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const one of taken) {
      if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(LeaseTaken);
    }
    expect(database.rows.map(({ term }) => term)).toEqual([0, 1]);
    const { term } = await two!.take();
    expect(term).toBe(2);
    expect(await one!.lease()).toMatchObject({ holder: 'two ', term: 2, beat: 0 });
  });

  test('[T3] begins with a term row behind which no older term can append', async () => {
    const database = foundedDatabase();
    const [one, two] = [journalOn(database, 'one'), journalOn(database, 'two')];
    const head = await appendAll(one, await one.take(), [[1]]);
    expect(await two.take()).toEqual({ ...head, grp: head.grp + 1, term: 2 });
    expect(await one.append(groupAfter(head), head)).toBe('fenced');
  });

  test('[T3] taken from a leader who goes on appending: the head is read until the row is behind it', async () => {
    const database = foundedDatabase();
    const one = journalOn(database, 'one');
    let head = await one.take();
    const connection = database.connection();
    let races = 3;
    const run: Connection['run'] = async (statement, values) => {
      if (statement === SQL.termRow && races > 0) {
        races--;
        const group = groupAfter(head);
        expect(await one.append(group, head)).toBe('done');
        head = headAfter(group);
      }
      return connection.run(statement, values);
    };
    const connect = async (): Promise<Connection> => ({ run, close: () => {} });
    const taken = await journalOn(database, 'two', { connect }).take();
    expect(taken).toEqual({ ...head, grp: head.grp + 1, term: 2 });
    expect(races).toBe(0);
  });

  test('[T4] a beat says whether we lead, and what time the store has', async () => {
    const database = foundedDatabase(() => 1_234);
    const [one, two] = [journalOn(database, 'one'), journalOn(database, 'two')];
    expect(await one.beat()).toEqual({ leads: false });
    await appendAll(one, await one.take(), [[1]]);
    expect(await one.beat()).toEqual({ leads: true, at: 1_234 });
    expect(await one.lease()).toMatchObject({ term: 1, beat: 1 });
    await two.take();
    expect(await one.beat()).toEqual({ leads: false });
    expect(await two.beat()).toEqual({ leads: true, at: 1_234 });
  });

  test('[T6] that is given back is free at once', async () => {
    const database = foundedDatabase();
    const [one, two] = [journalOn(database, 'one'), journalOn(database, 'two')];
    await one.take();
    await one.release();
    expect(await two.lease()).toMatchObject({ holder: '', term: 1 });
    expect(new LeaseWatch(new PlayedTimer()).isFree(await two.lease())).toBe(true);
    await two.take();
    // What an older leader gives back late is not his any more.
    await one.release();
    expect(await two.lease()).toMatchObject({ holder: 'two ', term: 2 });
    expect(await one.beat()).toEqual({ leads: false });
  });

  test('[T7] is not for a build that knows less than one that has led', async () => {
    const database = foundedDatabase();
    const [older, newer] = [
      journalOn(database, 'older', { v: 1 }),
      journalOn(database, 'newer', { v: 2 }),
    ];
    await older.take();
    await newer.take();
    await expect(older.take()).rejects.toMatchObject({ code: 'format' });
    expect((await newer.beat()).leads).toBe(true);
    expect(await newer.lease()).toMatchObject({ v: 2 });
  });
});

describe('a node in the contest', () => {
  const contest = () => {
    const timer = new PlayedTimer();
    const database = foundedDatabase(() => timer.now());
    const lost: string[] = [];
    const beats: number[] = [];
    const enter = (name: string): Leadership =>
      new Leadership(journalOn(database, name, { timer }), timer, {
        onLost: () => lost.push(name),
        onBeat: () => beats.push(timer.now()),
      });
    return { timer, database, lost, beats, one: enter('one'), two: enter('two') };
  };

  test('[T1] leads once the lease is free, beats at once and each second, and the others wait', async () => {
    const { timer, database, beats, one, two } = contest();
    expect(await one.tryToLead()).toMatchObject({ grp: 1, term: 1 });
    for (let n = 0; n < 20; n++) {
      expect(await two.tryToLead()).toBeUndefined();
      await timer.advance(500);
    }
    expect(beats).toHaveLength(11);
    one.stop();
    let waited = 0;
    while (!(await two.tryToLead())) {
      await timer.advance(100);
      waited += 100;
    }
    expect(waited).toBeGreaterThanOrEqual(4_500);
    expect(waited).toBeLessThanOrEqual(5_600);
    expect(database.rows.at(-1)).toMatchObject({ term: 2, meta: 'two ' });
    expect([one.leads, two.leads]).toEqual([false, true]);
  });

  test('[T18] leads on through a store that is away, and beats again when it is back', async () => {
    const { timer, database, lost, beats, one, two } = contest();
    await one.tryToLead();
    expect(await two.tryToLead()).toBeUndefined();
    await timer.advance(1_500);
    database.isAway = true;
    for (let n = 0; n < 30; n++) {
      void two.tryToLead().catch(() => undefined);
      await timer.advance(1_000);
    }
    const before = beats.length;
    database.isAway = false;
    expect(await two.tryToLead()).toBeUndefined();
    await timer.advance(3_000);
    expect(beats.length).toBeGreaterThan(before);
    expect(await two.tryToLead()).toBeUndefined();
    expect([one.leads, two.leads, lost]).toEqual([true, false, []]);
  });

  test('[Q21] a read while the store is away is busy in the end', async () => {
    const { timer, database } = contest();
    const journal = journalOn(database, 'reader', { timer });
    database.isAway = true;
    const refused = journal.read(0, 10).catch((error: unknown) => error);
    await timer.advance(30_000);
    expect(await refused).toMatchObject({ code: 'busy' });
    database.isAway = false;
    expect(await journal.read(0, 10)).toEqual([]);
  });

  test('[T4] is told once when another has taken over, and beats no more', async () => {
    const { timer, database, lost, beats, one } = contest();
    await one.tryToLead();
    await journalOn(database, 'other').take();
    await timer.advance(1_500);
    expect(lost).toEqual(['one']);
    await timer.advance(5_000);
    expect(lost).toEqual(['one']);
    expect(beats).toEqual([0]);
    expect(one.leads).toBe(false);
  });

  test('[T6] that drains makes room at once', async () => {
    const { one, two } = contest();
    await one.tryToLead();
    expect(await two.tryToLead()).toBeUndefined();
    await one.drain();
    await settle();
    expect(await two.tryToLead()).toMatchObject({ term: 2, hash: chainStart(FAKE_ID) });
  });
});
