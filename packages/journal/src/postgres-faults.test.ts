import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { appendAll, groupAfter, headAfter, readAll } from '../test/groups.js';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { type Fate, Proxy } from '../../../scripts/proxy.js';
import type { Group, Head } from './journal.js';
import { openPostgresJournal, type PostgresJournal } from './postgres.js';
import { continues } from './recent.js';
import { nodeTimer } from './timer.js';

const APPENDS = /insert into journal/;
const isAppend = (bytes: Buffer): boolean => APPENDS.test(bytes.toString('latin1'));

describe.runIf(hasPostgres())('a line that is cut', () => {
  let server: Server;
  let proxy: Proxy;
  let database: string;
  let journal: PostgresJournal;
  /** Straight to the server. */
  let other: PostgresJournal;
  let alarms: string[];

  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());
  beforeEach(async () => {
    alarms = [];
    database = await server.database();
    proxy = await Proxy.to(server.port);
    other = await openPostgresJournal({ connect: server.url(database) });
    journal = await openPostgresJournal({
      connect: server.url(database, proxy.port),
      onAlarm: (reason) => alarms.push(reason),
    });
  });
  afterEach(async () => {
    await Promise.all([journal.close(), other.close()]);
    await proxy.end();
  });

  /** The next append meets this, once. */
  const next = (fate: Fate): { sent: Buffer[] } => {
    const sent: Buffer[] = [];
    let met = false;
    proxy.fate = (bytes) => {
      if (!isAppend(bytes)) return 'pass';
      sent.push(Buffer.from(bytes));
      if (met) return 'pass';
      met = true;
      return fate;
    };
    return { sent };
  };

  const started = async (): Promise<{ head: Head; group: Group }> => {
    const head = await appendAll(journal, await journal.take(), [[1], [2]]);
    return { head, group: groupAfter(head, [300, 7]) };
  };

  const FATES: readonly [string, Fate][] = [
    ['lost on its way there', 'cut'],
    ['done, its answer lost', 'deaf'],
    ['done 40 ms after the cut', { lateMs: 40 }],
    ['done 400 ms after the cut', { lateMs: 400 }],
  ];

  test.each(FATES)(
    '[Q2] an append %s is done once, by the identical bytes',
    async (_name, fate) => {
      const { head, group } = await started();
      const { sent } = next(fate);
      expect(await journal.append(group, head)).toBe('done');
      expect(sent.length).toBeGreaterThan(1);
      for (const again of sent) expect(again.equals(sent[0]!)).toBe(true);
      await sleep(typeof fate === 'object' ? fate.lateMs : 0);
      const after = await appendAll(journal, headAfter(group), [[1], [1]]);
      expect(await other.head()).toEqual(after);
      expect((await readAll(other))[group.grp - 1]).toEqual(group);
    },
  );

  test('[Q2] an append whose bytes arrive after another term began is fenced, and stays so', async () => {
    const { head, group } = await started();
    next({ lateMs: 300 });
    const { fate } = proxy;
    let reached = (): void => {};
    const sent = new Promise<void>((resolve) => (reached = resolve));
    proxy.fate = (bytes) => {
      if (isAppend(bytes)) reached();
      return fate(bytes);
    };
    const outcome = journal.append(group, head);
    await sent;
    const taken = await other.take();
    // Either the retry came before the term row or after it: one answer, and it is what is there.
    const there = (await readAll(other)).find((one) => one.hash === group.hash && one.lines !== '');
    expect(await outcome).toBe(there ? 'done' : 'fenced');
    await sleep(500);
    expect(taken.term).toBe(2);
    expect((await readAll(other)).filter(({ lines }) => lines === group.lines)).toHaveLength(
      there ? 1 : 0,
    );
  });

  test('[Q3] a server that does not answer is left, and asked again over another line', async () => {
    const { head, group } = await started();
    const hasty = await openPostgresJournal({
      connect: server.url(database, proxy.port),
      timer: { now: () => nodeTimer.now(), set: (ms, call) => nodeTimer.set(ms / 20, call) },
    });
    await sleep(200);
    let closes = 0;
    proxy.onClose = () => closes++;
    const { sent } = next('silent');
    expect(await hasty.append(group, head)).toBe('done');
    expect(sent).toHaveLength(2);
    expect(closes).toBe(0);
    expect(await other.head()).toEqual(headAfter(group));
    await hasty.close();
  });

  test('[Q3] an insert that is under way elsewhere is waited for', async () => {
    const { head, group } = await started();
    const { grp, term, firstSeq, lastSeq, hash, lines } = group;
    const values = `0, ${grp}, ${term}, ${firstSeq}, ${lastSeq}, decode('${hash}', 'hex'), '${lines}', ''`;
    // As if an earlier attempt were still under way on the server.
    const under = server.sql(
      database,
      'begin',
      `insert into journal values (${values})`,
      'select pg_sleep(0.6)',
      'commit',
    );
    await sleep(200);
    let isDone = false;
    const appended = journal.append(group, head).then((outcome) => ((isDone = true), outcome));
    await sleep(200);
    expect(isDone).toBe(false);
    await under;
    expect(await appended).toBe('done');
    expect(await other.head()).toEqual(headAfter(group));
  });

  test('[Q5] while nobody answers the door it is busy, and nothing is written', async () => {
    const { head, group } = await started();
    proxy.refuses = true;
    proxy.cut();
    await sleep(50);
    await expect(journal.append(group, head)).rejects.toMatchObject({ code: 'busy' });
    expect(await other.head()).toEqual(head);
    proxy.refuses = false;
    expect(await journal.append(group, head)).toBe('done');
  });

  test('[Q2] backends that an operator terminates cost nothing but time', async () => {
    let head = await journal.take();
    let ends = false;
    const killing = (async () => {
      while (!ends) {
        await server.sql(
          'postgres',
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = '${database}' and application_name = 'fairground journal'`,
        );
        await sleep(40);
      }
    })();
    for (let n = 0; n < 60; n++) {
      const group = groupAfter(head, [n]);
      let outcome = '';
      while (outcome === '') outcome = await journal.append(group, head).catch(() => '');
      expect(outcome).toBe('done');
      head = headAfter(group);
    }
    ends = true;
    await killing;
    expect(await other.head()).toEqual(head);
    expect(alarms).toEqual([]);
  });

  test.each(['read committed', 'repeatable read', 'serializable'])(
    '[T11] nodes that take the term from one another over bad lines keep one chain (%s)',
    async (isolation) => {
      const level = `alter database ${database} set default_transaction_isolation = '${isolation}'`;
      await server.sql('postgres', level);
      let random = 20_261_121;
      const below = (most: number): number => (random = (random * 48_271) % 2_147_483_647) % most;
      const nodes = await Promise.all(
        [1, 2, 3].map(() => openPostgresJournal({ connect: server.url(database, proxy.port) })),
      );
      proxy.fate = (bytes) => {
        if (!/insert into journal|update lease/.test(bytes.toString('latin1'))) return 'pass';
        const fates: readonly Fate[] = ['cut', 'deaf', { lateMs: below(80) }];
        return fates[below(30)] ?? 'pass';
      };
      const done: Group[] = [];
      const fenced: Group[] = [];
      const contend = async (node: PostgresJournal): Promise<void> => {
        for (let turn = 0; turn < 10; turn++) {
          let head: Head | undefined;
          while (!head) head = await node.take().catch(() => undefined);
          for (let left = 1 + below(6); left > 0 && head; left--) {
            const group = groupAfter(head, [below(1_000)]);
            const outcome: string = await node.append(group, head).catch(() => 'again');
            if (outcome === 'again') continue;
            expect(['done', 'fenced']).toContain(outcome);
            (outcome === 'done' ? done : fenced).push(group);
            head = outcome === 'done' ? headAfter(group) : undefined;
          }
        }
      };
      await Promise.all(nodes.map(contend));
      await Promise.all(nodes.map((node) => node.close()));
      await sleep(200);
      const groups = await readAll(other);
      for (const [at, group] of groups.slice(1).entries()) {
        expect(continues(groups[at]!, group), `group ${group.grp}`).toBe(true);
      }
      for (const group of done) expect(groups[group.grp - 1]).toEqual(group);
      for (const group of fenced) expect(groups[group.grp - 1]).not.toEqual(group);
      expect(done.length).toBeGreaterThan(10);
      expect(fenced.length).toBeGreaterThan(0);
    },
    60_000,
  );

  test('[Q4] a commit whose wait for the standby was cancelled is no answer: a later one is waited for', async () => {
    const { head, group } = await started();
    await server.sql('postgres', `alter system set synchronous_standby_names = 'nobody'`);
    await server.sql('postgres', 'select pg_reload_conf()');
    await sleep(300);
    try {
      let outcome = '';
      const appended = journal.append(group, head).then((said) => (outcome = said));
      await sleep(500);
      const newest = ['set synchronous_commit to local', 'select max(grp) from journal'] as const;
      expect(await server.sql(database, ...newest)).toEqual([[String(head.grp)]]);
      const waiting = `select pg_cancel_backend(pid) from pg_stat_activity
        where datname = '${database}' and wait_event = 'SyncRep' and query like 'insert%'`;
      expect(await server.sql('postgres', waiting)).toEqual([['true']]);
      await sleep(1_000);
      // Now it is visible, and not replicated; nobody was told.
      expect(await server.sql(database, ...newest)).toEqual([[String(group.grp)]]);
      expect(outcome).toBe('');
      await server.sql(
        'postgres',
        'set synchronous_commit to local',
        'alter system reset synchronous_standby_names',
        'select pg_reload_conf()',
      );
      await appended;
      expect(outcome).toBe('done');
    } finally {
      await server.sql(
        'postgres',
        'alter system reset synchronous_standby_names',
        'select pg_reload_conf()',
      );
    }
    expect((await readAll(other)).at(-1)).toEqual(group);
  });
});
