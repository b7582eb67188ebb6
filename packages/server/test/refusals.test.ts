/** Every refusal of the engine, at the edge: its status, its code, final, and nothing journaled. */
import { REFUSALS, type RefusalCode } from '@fairground/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REFUSAL_STATUS } from '../src/index.js';
import {
  type Ask,
  buy,
  draftMarket,
  type Fair,
  fair,
  openMarket,
  rallyBody,
  submit,
} from './bench.js';

interface Case {
  readonly path: string;
  readonly body?: object;
  readonly who?: 'ana' | 'bob' | 'eve' | 'feed' | 'system';
  readonly once?: string;
  readonly headers?: Record<string, string>;
  readonly before?: () => Promise<unknown>;
  readonly after?: () => Promise<unknown>;
}

const FACT = { market: 'S1', fact: 'f1', kind: 'goal', happened_at: '2026-06-11T19:00:00Z' };
const HASH = 'a'.repeat(64);

let at: Fair;
const keys: Record<string, string> = {};
const must = (path: string, body: object = {}, key = at.ana.key): Promise<unknown> =>
  at.must('POST', path, { key, body });

/** Why a code cannot come over HTTP, or what provokes it. */
const CASES: Record<RefusalCode, Case | string> = {
  malformed: {
    path: '/v1/markets/closed/resolve',
    body: { payout: ['0.3', '0.3'], reason: 'why' },
  },
  command_id_reused: { path: '/v1/orders', body: buy('M1', '2'), who: 'bob', once: 'used' },
  command_expired: {
    path: '/v1/orders',
    body: buy('M1', '2'),
    who: 'bob',
    headers: { 'fairground-valid-until': '2020-01-01T00:00:00Z' },
  },
  sealed: 'sealing ends an exchange: it has a node of its own below',
  account_unknown: { path: '/v1/admin/grants', body: { to: 'nobody', amount: '1', reason: 'why' } },
  account_frozen: { path: '/v1/orders', body: buy('M1', '1'), who: 'eve' },
  not_allowed: { path: '/v1/markets/M1/pause', who: 'bob' },
  sold_out: { path: '/v1/rallies/R1/join', body: { units: 9 }, who: 'feed' },
  over_cap: { path: '/v1/rallies/R1/join', body: { units: 10 }, who: 'bob' },
  pledge_is_binding: { path: '/v1/rallies/R1/join', body: { units: 1 }, who: 'bob' },
  account_exists: 'the edge draws account ids at random, so it never asks for one that exists',
  market_exists: {
    path: '/v1/markets',
    body: { id: 'M1', title: 'Again', mechanism: 'cpmm', deposit: '1' },
  },
  market_unknown: { path: '/v1/orders', body: buy('nowhere', '1'), who: 'bob' },
  outcome_unknown: { path: '/v1/orders', body: buy('M1', '1', 'MAYBE'), who: 'bob' },
  not_supported: { path: '/v1/markets/S1/mint', body: { amount: '1' }, who: 'bob' },
  fact_id_reused: {
    path: '/v1/facts',
    body: { ...FACT, happened_at: '2026-06-11T20:00:00Z' },
    who: 'feed',
  },
  not_draft: { path: '/v1/markets/M1/open' },
  not_open: { path: '/v1/orders', body: buy('draft', '1'), who: 'bob' },
  closed: { path: '/v1/orders', body: buy('closed', '1'), who: 'bob' },
  not_closed: { path: '/v1/markets/M1/resolve', body: { outcome: 'YES', reason: 'why' } },
  paused: { path: '/v1/orders', body: buy('paused', '1'), who: 'bob' },
  not_paused: { path: '/v1/markets/M1/resume' },
  halted: {
    path: '/v1/orders',
    body: buy('fast', '1'),
    who: 'bob',
    before: async () => {
      await must('/v1/admin/limits', { limits: { breaker_move: '0.000001' } });
      await must('/v1/orders', buy('fast', '1'), keys['bob']);
      await must('/v1/admin/limits', { limits: { breaker_move: '0.2' } });
    },
  },
  final: { path: '/v1/markets/settled/close' },
  no_proposal: { path: '/v1/markets/closed/confirm', body: { act: 'cancel', reason_hash: HASH } },
  deadline_passed: {
    path: '/v1/markets',
    body: { title: 'Late', mechanism: 'cpmm', deposit: '1', closes_at: '2020-01-01T00:00:00Z' },
  },
  closes_by_hand: { path: '/v1/markets/M1/extend', body: { closes_at: '2100-01-01T00:00:00Z' } },
  fact_unknown: {
    path: '/v1/facts/undo',
    body: { market: 'S1', fact: 'u9', undoes: 'none' },
    who: 'feed',
  },
  fact_undone: {
    path: '/v1/facts/undo',
    body: { market: 'S1', fact: 'u2', undoes: 'f0' },
    who: 'feed',
  },
  kind_unknown: { path: '/v1/facts', body: { ...FACT, fact: 'f9', kind: 'dance' }, who: 'feed' },
  nothing_due: { path: '/v1/admin/sweep-fees' },
  over_grant_cap: {
    path: '/v1/admin/grants',
    body: { to: 'treasury', amount: '100000.000001', reason: 'why' },
  },
  already_so: { path: '/v1/admin/roles', body: { account: 'ana', role: 'admin' } },
  too_small: { path: '/v1/orders', body: buy('M1', '0.000999'), who: 'bob' },
  rate_limited: {
    path: '/v1/orders',
    body: buy('M1', '1'),
    before: () => must('/v1/admin/limits', { limits: { trades_per_minute: 0 } }),
    after: () => must('/v1/admin/limits', { limits: { trades_per_minute: 1_800 } }),
  },
  position_limit: { path: '/v1/orders', body: buy('bounded', '10'), who: 'bob' },
  price_moved: { path: '/v1/orders', body: { ...buy('M1', '1'), gets_min: '1000' }, who: 'bob' },
  insufficient_shares: {
    path: '/v1/orders',
    body: { market: 'M1', side: 'sell', outcome: 'NO', shares: '5000' },
    who: 'bob',
  },
  insufficient_points: { path: '/v1/orders', body: buy('M1', '1000000'), who: 'bob' },
  treasury_short: {
    path: '/v1/markets',
    body: { title: 'Big', mechanism: 'cpmm', deposit: '900000' },
  },
  out_of_range: {
    path: '/v1/admin/grants',
    body: { to: 'treasury', amount: '1000000000000', reason: 'why' },
    before: () =>
      must('/v1/admin/limits', {
        limits: { grant_per_call: '1000000000000', grant_per_day: '1000000000000' },
      }),
    // A day's cap is an account's: the system has granted nothing under this one's.
    who: 'ana',
  },
};

beforeAll(async () => {
  at = await fair();
  keys['eve'] = (await at.node.signUp({ handle: 'eve' })).key;
  const feed = await at.node.signUp({ handle: 'feed' });
  keys['feed'] = feed.key;
  keys['bob'] = (
    await at.node.vault.addKey({
      account: at.bob.account,
      name: 'all',
      scopes: ['read', 'trade', 'admin'],
      created: 0,
    })
  ).key;
  await must('/v1/admin/roles', { account: feed.account, role: 'source' });
  await draftMarket(at, 'draft');
  for (const id of ['closed', 'paused', 'settled', 'fast']) await openMarket(at, id);
  await openMarket(at, 'bounded', { risk: { position_limit: '5' } });
  await must('/v1/markets/closed/close');
  await must('/v1/markets/paused/pause');
  await must('/v1/markets/settled/close');
  await must('/v1/markets/settled/resolve', { outcome: 'YES', reason: 'it rained' });
  await openMarket(at, 'S1', {
    mechanism: 'curve',
    deposit: undefined,
    fundamental: '10',
    slope: '0.025',
    source: feed.account,
    fact_rules: [{ kind: 'goal', num: 27, den: 25 }],
  });
  await must('/v1/facts', { ...FACT, fact: 'f0' }, keys['feed']);
  await must('/v1/facts', FACT, keys['feed']);
  await must('/v1/facts/undo', { market: 'S1', fact: 'u1', undoes: 'f0' }, keys['feed']);
  await must('/v1/markets', { ...rallyBody(at.ana.account, { per_person: 9 }), id: 'R1' });
  await must('/v1/markets/R1/open');
  await must('/v1/rallies/R1/join', { units: 2 }, at.bob.key);
  await must('/v1/admin/freeze', { account: at.node.vault.userOf('eve')?.account, reason: 'why' });
  await at.must('POST', '/v1/orders', { key: at.bob.key, body: buy('M1', '1'), once: 'used' });
});
afterAll(() => at.node.close());

const codes = Object.keys(REFUSALS).filter((code): code is RefusalCode => code in REFUSALS);

describe('[H3] every refusal of the engine', () => {
  test.each(codes)('%s', async (code) => {
    const said = CASES[code];
    if (typeof said === 'string') {
      expect(said.length).toBeGreaterThan(20);
      return;
    }
    await said.before?.();
    const body = JSON.parse(
      JSON.stringify(said.body ?? {}).replace('"account":"ana"', `"account":"${at.ana.account}"`),
    );
    const ask: Ask = {
      key: keyOf(said),
      body,
      ...(said.once && { once: said.once }),
      ...(said.headers && { headers: said.headers }),
    };
    const { seq } = at.node.sequencer.head;
    const reply = await at.call('POST', said.path, ask);
    expect(reply.json.error).toMatchObject({
      code,
      final: true,
      retryable: false,
      message: REFUSALS[code],
    });
    expect(reply.status).toBe(REFUSAL_STATUS[code]);
    expect(reply.headers['fairground-seq']).toMatch(new RegExp(`^${seq}\\.[0-9a-f]{8}$`));
    expect(at.node.sequencer.head.seq).toBe(seq);
    await said.after?.();
  });

  test('sealed: nothing more is decided', async () => {
    const own = await fair();
    await submit(own.node, 'system', { type: 'sealed' });
    const reply = await own.call('POST', '/v1/orders', { key: own.bob.key, body: buy('M1', '1') });
    expect([reply.status, reply.json.error.code, reply.json.error.final]).toEqual([
      409,
      'sealed',
      true,
    ]);
    await own.node.close();
  });
});

function keyOf({ who = 'ana' }: Case): string {
  if (who === 'ana') return at.ana.key;
  return who === 'system' ? at.token : (keys[who] ?? '');
}
