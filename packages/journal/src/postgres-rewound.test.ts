import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { appendAll, groupAfter, headAfter, readAll } from '../test/groups.js';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import type { Head } from './journal.js';
import {
  openPostgresJournal,
  type PostgresJournal,
  type PostgresJournalOptions,
} from './postgres.js';

describe.runIf(hasPostgres())('a store that went back to an older state', () => {
  let server: Server;
  let connect = '';
  const opened: PostgresJournal[] = [];
  const alarms: string[] = [];

  const open = async (options: Partial<PostgresJournalOptions> = {}): Promise<PostgresJournal> => {
    const onAlarm = (reason: string): void => void alarms.push(reason);
    const journal = await openPostgresJournal({ connect, onAlarm, ...options });
    opened.push(journal);
    return journal;
  };

  /** Copies the data directory, runs the work, and puts the copy back. */
  async function restoreOver<T>(work: () => Promise<T>): Promise<T> {
    await server.down();
    server.keep('copy');
    await server.up();
    const result = await work();
    await server.down();
    server.restore('copy');
    await server.up();
    return result;
  }

  /** The same for the two tables alone, which is quicker. */
  async function rewindOver<T>(work: () => Promise<T>): Promise<T> {
    const database = new URL(connect).pathname.slice(1);
    const copy = ['journal', 'lease'].map((table) => `create table ${table}_ as table ${table}`);
    await server.sql(database, ...copy);
    const result = await work();
    const back = ['journal', 'lease'].flatMap((table) => [
      `delete from ${table}`,
      `insert into ${table} select * from ${table}_`,
    ]);
    await server.sql(database, ...back);
    return result;
  }

  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((journal) => journal.close()));
    alarms.length = 0;
  });

  async function begun(
    options?: Partial<PostgresJournalOptions>,
  ): Promise<[PostgresJournal, Head]> {
    connect = server.url(await server.database());
    const journal = await open(options);
    return [journal, await appendAll(journal, await journal.take(), [[1], [2, 3]])];
  }

  test('[Q6] is healed from the memory of the leader, to the byte', async () => {
    const [journal, before] = await begun();
    const [head, groups] = await restoreOver(async () => {
      const lost = await appendAll(journal, before, [[9], [8, 8], [7]]);
      return [lost, await readAll(journal)];
    });
    expect((await (await open()).head()).grp).toBe(before.grp);
    const group = groupAfter(head);
    expect(await journal.append(group, head)).toBe('done');
    expect(await readAll(await open())).toEqual([...groups, group]);
    expect(alarms).toEqual([expect.stringContaining('3 groups are written again')]);
  });

  test('[Q6][J18] also where trace contexts lie beside the newest group that is left', async () => {
    const [journal, start] = await begun();
    const meta = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
    const traced = { ...groupAfter(start), meta };
    expect(await journal.append(traced, start)).toBe('done');
    const before = headAfter(traced);
    const [head, groups] = await rewindOver(async () => {
      const lost = { ...groupAfter(before, [9]), meta };
      expect(await journal.append(lost, before)).toBe('done');
      return [await appendAll(journal, headAfter(lost), [[8]]), await readAll(journal)];
    });
    expect(await journal.beat()).toMatchObject({ leads: true });
    expect(await (await open()).head()).toEqual(head);
    expect(await readAll(await open())).toEqual(groups);
    expect(groups.flatMap((group) => group.meta ?? [])).toEqual([meta, meta]);
  });

  test('[T5] an idle leader sees it with its next beat, heals, and goes on leading', async () => {
    const [journal, before] = await begun();
    const head = await rewindOver(() => appendAll(journal, before, [[9], [8]]));
    expect(await journal.beat()).toMatchObject({ leads: true });
    expect(await (await open()).head()).toEqual(head);
  });

  test('[Q7] that lost more than anybody remembers is history_lost, and nothing is written', async () => {
    const [journal, before] = await begun({ recentBytesMax: 1_000 });
    const head = await rewindOver(() => appendAll(journal, before, [[900], [900], [900]]));
    expect(await journal.append(groupAfter(head), head)).toBe('history_lost');
    expect(await journal.beat()).toMatchObject({ leads: false });
    expect(await (await open()).head()).toEqual(before);
    expect(alarms[0]).toMatch(/does not hold what group \d+ follows/);
  });

  test('[Q7] on which another has gone on is history_lost for whoever led before', async () => {
    const [journal, before] = await begun();
    const head = await rewindOver(() => appendAll(journal, before, [[9], [8]]));
    const other = await open();
    const theirs = await appendAll(other, await other.take(), [[5], [5], [5]]);
    expect(await journal.append(groupAfter(head), head)).toBe('history_lost');
    expect(await other.append(groupAfter(theirs), theirs)).toBe('done');
  });

  test('[T15] is healed by a follower that takes over, and knows more than the store', async () => {
    const [journal, before] = await begun();
    const follower = await open();
    const [head, groups] = await rewindOver(async () => {
      const last = await appendAll(journal, before, [[9], [8]]);
      return [last, await readAll(follower)];
    });
    await journal.close();
    const taken = await follower.take();
    expect(taken).toEqual({ ...head, grp: head.grp + 1, term: 2 });
    expect((await readAll(await open())).slice(0, -1)).toEqual(groups);
  });

  test('[T15] that contradicts what a taker has seen is not built upon until it is told to forget', async () => {
    const [journal, before] = await begun();
    const follower = await open();
    await rewindOver(async () => {
      await appendAll(journal, before, [[9], [8]]);
      return readAll(follower);
    });
    await journal.close();
    const other = await open();
    const theirs = await appendAll(other, await other.take(), [[5], [5], [5]]);
    await expect(follower.take()).rejects.toMatchObject({ name: 'HistoryLost' });
    follower.forget();
    expect(await follower.take()).toMatchObject({ grp: theirs.grp + 1, hash: theirs.hash });
  });

  test('[Q12] a crash and restart of the server in the middle of a run loses nothing', async () => {
    const [journal, before] = await begun();
    let head = before;
    const running = (async () => {
      for (let n = 0; n < 150; n++) {
        const group = groupAfter(head, [n * 20]);
        let outcome = '';
        while (outcome === '') outcome = await journal.append(group, head).catch(() => '');
        expect(outcome).toBe('done');
        head = headAfter(group);
      }
    })();
    await server.down('SIGQUIT');
    await server.up();
    await server.down('SIGINT');
    await server.up();
    await running;
    expect(await (await open()).head()).toEqual(head);
    expect(alarms).toEqual([]);
  });
});
