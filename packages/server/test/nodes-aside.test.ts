/** Nodes that could lead and must not: by their clock, or by what they did while they led. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SYSTEM } from '@fairground/engine';
import {
  commandIdOf,
  MemoryQuarantine,
  notNow,
  openPostgresJournal,
  type PostgresJournal,
} from '@fairground/journal';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { Clock } from '../src/clock.js';
import { Member } from '../src/node/member.js';
import { buy, openMarket } from './bench.js';
import { member, until } from './nodes.js';

/** Some looks at the lease, each of which could take it. */
const LOOKS_MS = 1_500;

describe.runIf(hasPostgres())('nodes that stand aside', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());

  test('[M26] a leader whose clock is off says so, gives the lease back and follows; another leads', async () => {
    const connect = server.url(await server.database());
    const alarms: string[] = [];
    const one = await member(connect, {
      time: { wall: () => Date.now() + 5_000, steady: () => performance.now() },
      onAlarm: (reason) => alarms.push(reason),
    });
    const two = await member(connect);
    try {
      const ana = await one.node.signUp({ handle: 'ana', admin: true });
      await until(() => two.node.sequencer.status === 'leading');
      await until(() => one.node.sequencer.status === 'following');
      expect(alarms.join()).toMatch(/clock is [45]\d{3} ms off the database's/);
      const body = { to: 'treasury', amount: '50000', reason: 'a start' };
      await one.must('POST', '/v1/admin/grants', { key: one.token, body });
      await openMarket({ ...one, ana }, 'M1');
      // Time runs on from what was written, on whichever node.
      const made = await one.must('POST', '/v1/orders', { key: ana.key, body: buy('M1', '1') });
      expect(made.status).toBe(201);
      await two.node.close();
      await sleep(LOOKS_MS);
      expect(one.node.sequencer.status).toBe('following');
    } finally {
      await Promise.all([one.node.close(), two.node.close()]);
    }
  }, 30_000);

  /** A member, and what its operator was told. */
  async function joined(journal: PostgresJournal) {
    const alarms: string[] = [];
    const made = new Member({
      journal,
      clock: new Clock({ acceptClock: false }),
      quarantine: new MemoryQuarantine(),
      acceptLoss: false,
      past: { begin: () => {}, add: () => {}, end: () => {} },
      forward: async () => notNow('no_leader'),
      onLead: async () => {},
      onRewound: () => alarms.push('rewound'),
      onAlarm: (reason) => alarms.push(reason),
    });
    await made.begin();
    await made.takePart();
    return { made, alarms };
  }

  const opening = (name: string) => {
    const id = commandIdOf(SYSTEM, name);
    const wish = { type: 'open_account', account: `acc_${name}` } as const;
    return { by: SYSTEM, id, validUntil: Date.now() + 60_000, wish };
  };

  test('[M27] who gives up while he leads hands over, follows, and leads no more', async () => {
    const connect = server.url(await server.database());
    const [mine, theirs] = [
      await openPostgresJournal({ connect, name: 'one' }),
      await openPostgresJournal({ connect, name: 'two' }),
    ];
    const append = mine.append.bind(mine);
    let isBroken = false;
    mine.append = (group, prev) => {
      if (isBroken) return Promise.reject(new RangeError('a group that was made wrong'));
      return append(group, prev);
    };
    const one = await joined(mine);
    expect(one.made.status).toBe('leading');
    expect((await one.made.submit(opening('first'))).kind).toBe('done');
    isBroken = true;
    expect((await one.made.submit(opening('second'))).kind).toBe('unknown');
    await until(() => one.made.status === 'following');
    expect(one.alarms.join()).toMatch(/leads no more until it is started anew/);
    expect(await theirs.lease()).toMatchObject({ holder: '' });
    isBroken = false;
    const two = await joined(theirs);
    expect(two.made.status).toBe('leading');
    expect((await two.made.submit(opening('second'))).kind).toBe('done');
    await until(() => one.made.head.seq === two.made.head.seq);
    expect(one.made.head).toEqual(two.made.head);
    await two.made.close();
    await sleep(LOOKS_MS);
    expect(one.made.status).toBe('following');
    expect(await mine.lease()).toMatchObject({ holder: '' });
    await one.made.close();
    await Promise.all([mine.close(), theirs.close()]);
  }, 30_000);
});
