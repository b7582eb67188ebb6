import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MemoryDatabase } from './memory-database.js';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { openPostgresJournal } from './postgres.js';
import { NothingDone, type Rows, type Value } from './postgres-connection.js';
import { DIGEST_SQL } from './postgres-digests.js';
import { connectTo } from './postgres-driver.js';
import { SHELF_SQL } from './postgres-shelf.js';
import { SQL } from './postgres-sql.js';

describe.runIf(hasPostgres())('a played database', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());

  test('[Q13] the database of the simulations says to any run of statements what a real one says', async () => {
    const url = server.url(await server.database());
    await (await openPostgresJournal({ connect: url })).close();
    const real = await connectTo(url)();
    let shard = 100;
    const small = fc.integer({ min: 0, max: 4 });
    const hash = fc.constantFrom('aa'.repeat(32), 'bb'.repeat(32), 'cc'.repeat(32));
    const holder = fc.constantFrom('one', 'two');
    const claimer = fc.constantFrom('', 'one', 'two');
    const onShelf: fc.Arbitrary<[string, Value[]]> = fc.oneof(
      fc
        .tuple(fc.constantFrom(SHELF_SQL.put, SHELF_SQL.putAgain), claimer, small, small, holder)
        .map(([sql, ...values]): [string, Value[]] => [sql, values]),
      fc
        .tuple(fc.constantFrom(SHELF_SQL.dropManifest, SHELF_SQL.dropParts), claimer, small)
        .map(([sql, ...values]): [string, Value[]] => [sql, values]),
      fc
        .tuple(fc.constantFrom(SHELF_SQL.beat, SHELF_SQL.release), holder)
        .map(([sql, one]): [string, Value[]] => [sql, [one]]),
      fc.tuple(holder, small).map((values): [string, Value[]] => [SHELF_SQL.take, values]),
      fc.constant<[string, Value[]]>([SHELF_SQL.makeClaim, []]),
      fc.tuple(small, holder, hash).map((values): [string, Value[]] => [DIGEST_SQL.say, values]),
      fc.tuple(small, holder).map((values): [string, Value[]] => [DIGEST_SQL.withdraw, values]),
      small.map((seq): [string, Value[]] => [DIGEST_SQL.drop, [seq]]),
    );
    const statement: fc.Arbitrary<[string, Value[]]> = fc.oneof(
      fc
        .tuple(small, small, small, small, hash, fc.constantFrom('a\n', 'bb\n'), hash, holder)
        .map((values): [string, Value[]] => [SQL.append, values]),
      fc
        .tuple(small, small, hash, holder)
        .map((values): [string, Value[]] => [SQL.termRow, values]),
      fc
        .tuple(holder, fc.constant('url'), small, fc.integer({ min: 1, max: 2 }), small, small)
        .map((values): [string, Value[]] => [SQL.takeLease, values]),
      fc
        .tuple(holder, small, small, hash, hash)
        .map((values): [string, Value[]] => [SQL.beat, values]),
      holder.map((values): [string, Value[]] => [SQL.release, [values]]),
      fc.constant<[string, Value[]]>([SQL.confirm, []]),
    );
    const outcome = async (run: () => Promise<Rows> | Rows, isBeat: boolean): Promise<unknown> => {
      try {
        const { count, rows } = await run();
        return isBeat ? count : { count, rows };
      } catch (error) {
        return error instanceof NothingDone ? error.code : error;
      }
    };
    const QUESTIONS: readonly [string, Value[]][] = [
      [SQL.head, []],
      [SQL.newest, []],
      [SQL.rowAt, [2]],
      [SQL.read, [1, 3]],
      [SQL.groupOf, [1]],
      [SQL.groupOf, [2]],
      [SQL.lease, []],
      [SQL.identity, []],
      [SHELF_SQL.list, []],
      [SHELF_SQL.get, [1, 2]],
      [SHELF_SQL.claim, []],
      [DIGEST_SQL.said, [1]],
    ];
    let landed = 0;
    const says = async (all: readonly [string, Value[]][]): Promise<void> => {
      shard++;
      const fake = new MemoryDatabase(() => 0);
      const found: [string, Value[]] = [SQL.found, ['aa'.repeat(32), 'whose']];
      for (const [sql, values] of [[SQL.makeLease, []] as [string, Value[]], found, ...all]) {
        const isBeat = sql === SQL.beat;
        const said = await outcome(() => real.run(sql, [shard, ...values]), isBeat);
        expect(await outcome(() => fake.run(sql, [shard, ...values]), isBeat)).toEqual(said);
        if (
          (sql === SQL.append || sql === SHELF_SQL.put) &&
          JSON.stringify(said).includes('"count":1')
        )
          landed++;
      }
      for (const [sql, values] of QUESTIONS) {
        const said = await outcome(() => real.run(sql, [shard, ...values]), false);
        expect(await outcome(() => fake.run(sql, [shard, ...values]), false)).toEqual(said);
      }
    };
    for (const kind of [statement, onShelf]) {
      landed = 0;
      const property = fc.asyncProperty(fc.array(kind, { maxLength: 24 }), says);
      await fc.assert(property, { seed: 20_261_121, numRuns: 120 });
      expect(landed).toBeGreaterThan(0);
    }
    real.close();
  });
});
