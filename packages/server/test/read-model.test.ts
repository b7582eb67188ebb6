import { commandIdOf } from '@fairground/journal';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { checkpointOf, emptyOf, move, Outrun } from '../src/readmodel/checkpoint.js';
import { Projector } from '../src/readmodel/projector.js';
import { rebuildTables } from '../src/readmodel/rebuild-tables.js';
import { memoryPglite } from '../src/readmodel/sql-pglite.js';
import { openPostgres } from '../src/readmodel/sql-postgres.js';
import type { SqlStore } from '../src/readmodel/sql-store.js';
import { makeTables, TABLES } from '../src/readmodel/tables.js';
import { expectSame, Play, step, toTheEnd, unlucky } from './read-model.bench.js';

/** Every table, row by row. */
async function allRows(store: SqlStore): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  await store.look(async (run) => {
    for (const name of Object.keys(TABLES)) {
      const { rows } = await run(`select r::text from read.${name} r`);
      all[name] = rows.map(([row]) => row!).sort();
    }
  });
  return all;
}

const onProgress = (): void => {};
const steady = (): number => performance.now();
const onAlarm = (): void => {};

describe.each([
  { on: 'PGlite', runs: 12, skip: () => false },
  { on: 'PostgreSQL', runs: 12, skip: () => !hasPostgres() },
])('the tables on $on', ({ on, runs, skip }) => {
  if (skip()) return;
  let store: SqlStore;
  let server: Server | undefined;
  beforeAll(async () => {
    server = on === 'PostgreSQL' ? await Server.start() : undefined;
    store = server
      ? openPostgres(server.url(await server.database()), onAlarm)
      : await memoryPglite();
  }, 60_000);
  afterAll(async () => {
    await store.close();
    await server?.end();
  });
  const fresh = () => store.transaction((run) => run('drop schema if exists read cascade'));

  test('[P1][P2] say what the world says after any history, whatever was cut off, whoever writes', async () => {
    const cut = fc.constantFrom('before', 'after', undefined, undefined);
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 60 }),
        fc.array(cut, { minLength: 1, maxLength: 8 }),
        async (steps, cuts) => {
          await fresh();
          const play = await Play.begin();
          let n = 0;
          const broken = unlucky(store, () => cuts[n++ % (cuts.length + 1)]);
          const journal = play.journal;
          const [one, two] = [broken, store].map(
            (on) => new Projector({ journal, store: on, steady, onAlarm }),
          );
          await play.play(steps.slice(0, steps.length / 2));
          await toTheEnd(one!);
          await toTheEnd(two!);
          await expectSame(store, play.world, play);
          await play.play(steps.slice(steps.length / 2));
          // The one knows nothing of the other, and begins with an old checkpoint.
          await toTheEnd(two!);
          await play.do('ana', { type: 'mint', market: 'M1', amount: 1_000n as never });
          await toTheEnd(one!);
          const third = new Projector({ journal, store, steady, onAlarm });
          await toTheEnd(third);
          await expectSame(store, play.world, play);
          // However they came here, cut off or not: the same rows as those filled in one go.
          const before = await allRows(store);
          await rebuildTables({
            journal,
            store,
            steady,
            onAlarm,
            onProgress,
            isStopped: () => false,
          });
          expect(await allRows(store)).toEqual(before);
        },
      ),
      { seed: 7, numRuns: runs, endOnFailure: true },
    );
  }, 120_000);

  test('[P3] of an id that stands in two entries they keep the first and say so; tables of another history are made anew', async () => {
    await fresh();
    const play = await Play.begin();
    await play.play([]);
    const alarms: string[] = [];
    const parts = {
      journal: play.journal,
      store,
      steady,
      onAlarm: (why: string) => alarms.push(why),
    };
    await toTheEnd(new Projector(parts));
    await play.do('ana', { type: 'mint', market: 'M1', amount: 5_000_000n as never }, 'twice');
    const id = commandIdOf('ana', 'twice');
    const clash = `insert into read.commands (id, seq) values ('${id}', 0)`;
    await store.transaction((run) => run(clash));
    await toTheEnd(new Projector(parts));
    expect(alarms.splice(0)).toEqual([expect.stringMatching(/occurs a second time/)]);
    const kept = await store.look((run) => run(`select seq from read.commands where id = '${id}'`));
    expect(kept.rows).toEqual([['0']]);
    const other = `update read.checkpoint set hash = '${'0'.repeat(64)}'`;
    await store.transaction((run) => run(other));
    await toTheEnd(new Projector(parts));
    expect(alarms).toHaveLength(1);
    await expectSame(store, play.world, play);
  });

  test('[P2] of two who move the checkpoint on from one place, one does', async () => {
    await fresh();
    const journal = '00112233445566778899aabbccddeeff';
    const from = emptyOf(journal);
    const to = { grp: 2, seq: 1, hash: 'a'.repeat(64), at: 5 };
    await store.transaction((run) => makeTables(run, 'read', journal));
    const moves = (seq: number) =>
      store.transaction((run) => move(run, 'read', { from, to: { ...to, seq } }));
    await moves(1);
    await expect(moves(2)).rejects.toBeInstanceOf(Outrun);
    expect(await store.look((run) => checkpointOf(run, 'read', journal))).toEqual(to);
  });
});
