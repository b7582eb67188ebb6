/** What entries tell to people is made once, whatever is cut off, filled anew or lost. */
import type { Entry } from '@fairground/engine';
import { recover } from '@fairground/journal';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { NOTICE_KINDS } from '../src/effects/kinds.js';
import { noticesOf } from '../src/effects/notices.js';
import { makeEffectTables } from '../src/readmodel/effect-tables.js';
import { EntryEffects, type Wanted } from '../src/readmodel/entry-effects.js';
import { JobQueues, makeQueues } from '../src/readmodel/job-queues.js';
import { Projector } from '../src/readmodel/projector.js';
import { rebuildTables } from '../src/readmodel/rebuild-tables.js';
import { memoryPglite } from '../src/readmodel/sql-pglite.js';
import { openPostgres } from '../src/readmodel/sql-postgres.js';
import type { SqlStore } from '../src/readmodel/sql-store.js';
import { until } from './nodes.js';
import { Play, PLAYERS, step, type Step, toTheEnd, unlucky } from './read-model.bench.js';

const steady = (): number => performance.now();
const onAlarm = (): void => {};
const QUEUES = ['mail', 'webhook'].map((name) => {
  return { name, retryLimit: 1, retryDelay: 1, expireSeconds: 60 };
});
const REASON = 'a'.repeat(64);
/** Every market comes to its end. */
const ENDS = (['M1', 'L1', 'S1'] as const).map((market): Step => {
  return { act: 'end', market, player: 'ana', outcome: 'YES', amount: 1_000, ms: 1 };
});
/** All of them want everything, by both ways. */
const WANTED: Wanted = {
  to: 0,
  done: [],
  alerts: ['YES', 'NO'].map((outcome, place) => {
    // Both a little above where they begin.
    const price = outcome === 'YES' ? 450_000n : 650_000n;
    const wish = { outcome, place, when: 'above', price, seq: 3 } as const;
    return { id: `alr_${outcome}`, account: 'bob', market: 'M1', ...wish };
  }),
  wishes: PLAYERS.flatMap((account) =>
    (['mail', 'webhook'] as const).map((channel) => {
      const receiver = channel === 'mail' ? account : `whk_${account}`;
      return { account, channel, receiver, kinds: NOTICE_KINDS, seq: 0 };
    }),
  ),
};

describe.each([
  { on: 'PGlite', runs: 8, skip: () => false },
  { on: 'PostgreSQL', runs: 8, skip: () => !hasPostgres() },
])('effects on $on', ({ on, runs, skip }) => {
  if (skip()) return;
  let store: SqlStore;
  let server: Server | undefined;
  beforeAll(async () => {
    server = on === 'PostgreSQL' ? await Server.start() : undefined;
    store = server
      ? openPostgres(server.url(await server.database()), onAlarm)
      : await memoryPglite();
    await makeQueues(store, QUEUES);
  }, 60_000);
  afterAll(async () => {
    await store.close();
    await server?.end();
  });

  const column = (statement: string): Promise<string[]> =>
    store.look(async (run) => (await run(statement)).rows.map(([cell]) => cell ?? ''));
  const jobs = (): Promise<string[]> => column('select id::text from jobs.job order by 1');
  const deliveries = (): Promise<string[]> =>
    column('select id from effects.deliveries order by 1');
  const notices = (): Promise<string[]> =>
    column('select id from effects.notifications order by 1');

  async function fresh(play: Play): Promise<void> {
    await store.transaction(async (run) => {
      await run('drop schema if exists read cascade');
      await run('drop schema if exists effects cascade');
      await run('delete from jobs.job');
      await makeEffectTables(run, play.journal.id, 0);
    });
  }
  const projector = (play: Play, its = store, wanted = WANTED): Projector =>
    new Projector({
      journal: play.journal,
      store: its,
      steady,
      onAlarm,
      effects: new EntryEffects(play.journal.id, wanted),
    });

  /** How many notices the entries hold, beside alerts. */
  async function expected(play: Play): Promise<number> {
    let count = 0;
    const onEntry = (entry: Entry, _: string, world: Play['world']): void => {
      count += noticesOf(entry, world).length;
    };
    await recover(play.journal, { onEntry, ignoresSnapshots: true });
    return count;
  }

  test('[E13] every notice, every delivery and its job are made once, whatever is cut off and whoever writes', async () => {
    const cut = fc.constantFrom('before', 'after', undefined, undefined);
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 10, maxLength: 60 }),
        fc.array(cut, { minLength: 1, maxLength: 8 }),
        async (steps, cuts) => {
          const play = await Play.begin();
          await fresh(play);
          let n = 0;
          const broken = unlucky(store, () => cuts[n++ % (cuts.length + 1)]);
          const [one, two] = [projector(play, broken), projector(play)];
          await play.play(steps.slice(0, steps.length / 2));
          await toTheEnd(one);
          await toTheEnd(two);
          await play.play([...steps.slice(steps.length / 2), ...ENDS]);
          await toTheEnd(two);
          await play.do('eve', { type: 'grant', to: 'bob', amount: 5n as never, reason: REASON });
          await toTheEnd(one);
          await toTheEnd(projector(play));
          const alerts = await column(
            `select id from effects.notifications where kind = 'price_alert'`,
          );
          expect(alerts.length).toBeLessThanOrEqual(2);
          const told = await notices();
          expect(told).toHaveLength((await expected(play)) + alerts.length);
          const toPlayers = await column(`select id from effects.notifications
            where account in ('ana', 'bob', 'cid')`);
          const made = await deliveries();
          expect(made).toHaveLength(2 * toPlayers.length);
          expect(await jobs()).toEqual(made);
          // Filled anew, or thrown away with all that follows from the journal: nobody is told again.
          await rebuildTables({
            journal: play.journal,
            store,
            steady,
            onAlarm,
            onProgress: () => {},
            isStopped: () => false,
          });
          await toTheEnd(projector(play));
          await store.transaction((run) => run('drop schema read cascade'));
          await toTheEnd(projector(play));
          expect([await notices(), await deliveries(), await jobs()]).toEqual([told, made, made]);
        },
      ),
      { seed: 11, numRuns: runs, endOnFailure: true },
    );
  }, 240_000);

  test.each([
    ['who goes on', true],
    ['who begins', false],
  ])(
    '[E14] tables that were filled anew beyond what was told make up for it: %s',
    async (_, goesOn) => {
      const play = await Play.begin();
      await fresh(play);
      const before = projector(play);
      await toTheEnd(before);
      await play.play(ENDS);
      await play.do('eve', { type: 'grant', to: 'bob', amount: 5n as never, reason: REASON });
      await rebuildTables({
        journal: play.journal,
        store,
        steady,
        onAlarm,
        onProgress: () => {},
        isStopped: () => false,
      });
      expect(await notices()).toEqual([]);
      await toTheEnd(goesOn ? before : projector(play));
      expect(await notices()).toHaveLength(await expected(play));
      expect(await deliveries()).toHaveLength(2);
      expect(await jobs()).toEqual(await deliveries());
    },
  );

  test('[E15] after a lost database what was delivered does not go again, and the rest goes under the same id', async () => {
    const play = await Play.begin();
    await fresh(play);
    for (const amount of [1n, 2n, 3n, 4n]) {
      const to = { type: 'grant', to: 'bob', amount: amount as never, reason: REASON } as const;
      await play.do('eve', to);
    }
    await play.sequencer.whenDurable(play.world.seq);
    await toTheEnd(projector(play));
    const [told, made] = [await notices(), await deliveries()];
    const seqs = await column('select seq from effects.deliveries order by seq');
    expect(made).toHaveLength(8);
    await fresh(play);
    // The mark stood after the first grant; of what came later three were delivered.
    const to = Number(seqs[0]);
    await store.transaction(async (run) => void (await run(`update effects.mark set seq = ${to}`)));
    const done = made.slice(0, 3);
    await toTheEnd(projector(play, store, { ...WANTED, to, done }));
    expect(await notices()).toEqual(told);
    const again = await deliveries();
    expect(made).toEqual(expect.arrayContaining(again));
    expect(again.filter((id) => done.includes(id))).toEqual([]);
    expect(await column('select distinct seq from effects.deliveries order by seq')).not.toContain(
      seqs[0],
    );
    expect(again.length).toBeGreaterThanOrEqual(3);
  });

  test('[E16] a job is taken by one, comes back when its node is gone, and is never made twice', async () => {
    const play = await Play.begin();
    await fresh(play);
    await play.do('eve', { type: 'grant', to: 'bob', amount: 5n as never, reason: REASON });
    await play.sequencer.whenDurable(play.world.seq);
    await toTheEnd(projector(play));
    const queues = await JobQueues.open((statement, values) => store.raw(statement, values), {
      onAlarm,
      maintainSeconds: 30,
    });
    const taken = await Promise.all([1, 2, 3].map(() => queues.fetch('webhook', 5)));
    expect(taken.flat()).toHaveLength(1);
    expect(await queues.fetch('webhook', 5)).toEqual([]);
    await queues.takeUp();
    // What is due this very moment is due a moment later.
    let job: Awaited<ReturnType<typeof queues.fetch>>[number] | undefined;
    await until(async () => ([job] = await queues.fetch('webhook', 5)).length > 0);
    expect(job).toEqual(taken.flat()[0]);
    await queues.complete('webhook', job!.id);
    await queues.takeUp();
    expect(await queues.fetch('webhook', 5)).toEqual([]);
    for (let n = 0; n < 5; n++) await queues.sendOnceEvery('mail', 3_600);
    expect((await queues.counts()).find(({ queue }) => queue === 'mail')?.count).toBe(2);
    await queues.close();
  });
});
