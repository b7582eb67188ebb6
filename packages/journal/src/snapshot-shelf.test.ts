import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { FAKE_ID, foundedDatabase, journalOn } from '../test/fake-database.js';
import { buy, Played, PlayedTimer } from '../test/played.js';
import { recovered, SMALL } from '../test/snapshots.js';
import { DIR } from '../test/stores.js';
import { ONE, stateHash } from '@fairground/engine';
import { FileSnapshots } from './file-snapshots.js';
import { MemoryDisk } from './memory-disk.js';
import { MemorySnapshots } from './memory.js';
import { openPostgresJournal, type PostgresJournal } from './postgres.js';
import { CLAIM_LIMITS, PostgresShelf, SnapshotClaim, SnapshotTaken } from './postgres-shelf.js';
import { Session } from './postgres-session.js';
import { honoursTheShelfContract } from './snapshot-shelf.contract.js';

const none = async (): Promise<void> => {};

honoursTheShelfContract('a process', async () => ({ shelf: new MemorySnapshots(), end: none }));
honoursTheShelfContract('a directory', async () => ({
  shelf: new FileSnapshots(new MemoryDisk(), DIR),
  end: none,
}));
honoursTheShelfContract('a played database', async () => {
  const journal = journalOn(foundedDatabase(), 'one');
  return { shelf: journal.snapshots, end: () => journal.close() };
});

describe.runIf(hasPostgres())('in PostgreSQL', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());

  honoursTheShelfContract('a database', async () => {
    const connect = server.url(await server.database());
    const journal = await openPostgresJournal({ connect });
    return { shelf: journal.snapshots, end: () => journal.close() };
  });

  /** As much as a played exchange has, in a database. */
  async function copied(
    count: number,
  ): Promise<{ connect: string; journal: PostgresJournal; state: string }> {
    const played = await Played.open();
    for (let n = 0; n < count; n++) await played.done({ by: 'ana', wish: buy(ONE) });
    const connect = server.url(await server.database());
    const journal = await openPostgresJournal({ connect, id: FAKE_ID });
    for (const group of played.store.groups.slice(1)) {
      const { term, ...head } = await journal.head();
      if (head.grp === 0) await journal.take();
      const prev = await journal.head();
      expect(await journal.append({ ...group, grp: prev.grp + 1, term: prev.term }, prev)).toBe(
        'done',
      );
      expect(term).toBeLessThanOrEqual(prev.term);
    }
    return { connect, journal, state: stateHash(played.sequencer.world) };
  }

  test('[Q15] a thread makes one over a connection of its own, and a start begins with it', async () => {
    const { journal, state } = await copied(20);
    const made = await journal.snapshot();
    expect(made).toMatchObject({ seq: 26, isNew: true });
    expect(await recovered(journal)).toMatchObject({ snapshotSeq: 26, told: [], hash: state });
    expect(await journal.snapshot()).toEqual({ ...made, isNew: false });
    await journal.close();
  }, 30_000);

  test('[Q16] of several that make one at once each loses or writes the whole', async () => {
    const { connect, journal, state } = await copied(5);
    const others = await Promise.all([1, 2].map(() => openPostgresJournal({ connect })));
    const all = [journal, ...others];
    const made = await Promise.allSettled(all.map((one) => one.snapshotHere(SMALL)));
    const done = made.filter(({ status }) => status === 'fulfilled');
    expect(done.length).toBeGreaterThan(0);
    for (const one of made)
      if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(SnapshotTaken);
    expect(await recovered(journal)).toMatchObject({ snapshotSeq: 11, warnings: [], hash: state });
    await Promise.all(all.map((one) => one.close()));
  }, 60_000);
});

describe('the claim on the next snapshot', () => {
  function contest() {
    const database = foundedDatabase();
    const timer = new PlayedTimer();
    const waits = { timer, jitter: () => 0 };
    const connect = async () => database.connection();
    const maker = (holder: string) => {
      const place = { shard: 0, session: new Session(connect, timer), waits };
      return { claim: new SnapshotClaim(place, holder), shelf: new PostgresShelf(place, holder) };
    };
    return { timer, one: maker('one'), two: maker('two') };
  }

  const outcome = (work: Promise<void>): { value?: unknown } => {
    const seen: { value?: unknown } = {};
    work.then(
      () => (seen.value = 'taken'),
      (error: unknown) => (seen.value = error),
    );
    return seen;
  };

  test('[Q16] is held by one who shows that he lives, and is free when he gives it back', async () => {
    const { timer, one, two } = contest();
    await one.claim.take();
    const refused = outcome(two.claim.take());
    await timer.advance(CLAIM_LIMITS.beatMs + CLAIM_LIMITS.lookMs);
    expect(refused.value).toBeInstanceOf(SnapshotTaken);
    await one.claim.release();
    await two.claim.take();
  });

  test('[Q16] whoever is silent for 30 s is given up, and writes nothing any more', async () => {
    const { timer, one, two } = contest();
    await one.claim.take();
    await one.shelf.put(7, 1, 'old\n');
    one.claim.stop();
    const taken = outcome(two.claim.take());
    await timer.advance(CLAIM_LIMITS.silentMsMax - 2 * CLAIM_LIMITS.lookMs);
    expect(taken.value).toBeUndefined();
    await timer.advance(3 * CLAIM_LIMITS.lookMs);
    expect(taken.value).toBe('taken');
    for (const part of [1, 2, 0])
      await expect(one.shelf.put(7, part, 'late\n')).rejects.toThrow(SnapshotTaken);
    await one.shelf.drop(7);
    expect(await two.shelf.get(7, 1)).toBe('old\n');
    await two.shelf.put(7, 1, 'new\n');
    expect(await one.shelf.get(7, 1)).toBe('new\n');
    await one.claim.release();
    await two.shelf.put(7, 2, 'new\n');
  });
});
