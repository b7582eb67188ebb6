import type { Frame } from '@fairground/client';
import { describe, expect, test } from 'vitest';
import { frameLine } from './frame-line.js';

const HASH = '3acee7'.padEnd(64, '0');

function event(topic: string, data: object): Frame {
  return { type: 'event', topic, seq: 7, prev: 6, hash: HASH, more: 0, data };
}

const told = (data: object, outcomes?: readonly string[], topic = 'global') =>
  frameLine(event(topic, { at: '2026-06-11T20:45:00.000Z', market: 'M-001', ...data }), outcomes);

const MARKET = {
  id: 'M-001',
  number: 1,
  status: 'open',
  outcomes: [],
  volume: '10',
  trades: 1,
  holders: 1,
  sponsor: 'treasury',
  fee_bps: 0,
  escrow: '0',
  seq: 9,
};

const YES_NO = ['YES', 'NO'];

describe('what a watcher reads', () => {
  test.each([
    [{ type: 'market_resolved', payout: ['1', '0'], reason_hash: HASH }, 'resolved: YES'],
    [{ type: 'market_resolved', payout: ['0', '1'], reason_hash: HASH }, 'resolved: NO'],
    [
      { type: 'market_resolved', payout: ['0.25', '0.75'], reason_hash: HASH },
      'resolved: YES 0.25 · NO 0.75',
    ],
    [
      { type: 'market_resolved', price: '37.2', reason_hash: HASH },
      'resolved: 37.2 Points a share',
    ],
    [
      { type: 'market_resolved', units: 5, reason_hash: HASH },
      'resolved: 5 units sold at one price',
    ],
    [
      { type: 'joined', account: 'acc_1', units: 5, added: 3, pays: '180' },
      'acc_1 pledges for 5 units, 3 more for at most 180 Points',
    ],
    [{ type: 'paid_out', first: 1, next: 69 }, '68 positions paid'],
    [{ type: 'paid_out', first: 69, next: 70 }, '1 position paid'],
    [{ type: 'market_created', mechanism: 'cpmm@1', sponsor: 'treasury' }, 'drafted'],
    [{ type: 'market_opened' }, 'opened'],
    [{ type: 'market_settled' }, 'settled'],
    [
      { type: 'market_cancelled', due: '12.5', funds: '13', reason_hash: HASH },
      'cancelled: 12.5 Points are due back',
    ],
    [
      {
        type: 'verdict_proposed',
        by: 'ana',
        act: 'resolve',
        resolution: { payout: ['1', '0'] },
        reason_hash: HASH,
      },
      'ana proposes YES',
    ],
    [
      { type: 'verdict_proposed', by: 'ana', act: 'cancel', reason_hash: HASH },
      'ana proposes to cancel',
    ],
    [
      { type: 'fact_recorded', fact: 'goal.1.1', kind: 'penalty_goal', applied: '2.4' },
      'penalty goal: +2.4 (goal.1.1)',
    ],
  ])('[C13] %j', (data, says) => {
    expect(told(data, YES_NO)).toBe(`       7  global  M-001 ${says}`);
  });

  test('[C13] no hash and no bare field name gets through, even of an outcome without a name', () => {
    expect(told({ type: 'market_resolved', payout: ['0', '1'], reason_hash: HASH })).toBe(
      '       7  global  M-001 resolved: outcome 2',
    );
    expect(told({ type: 'account_frozen', account: 'acc_1', reason_hash: HASH })).not.toContain(
      HASH,
    );
  });

  test('[C13] an order says once what it cost; other changes of an account say how much', () => {
    const deal = {
      type: 'traded',
      account: 'acc_1',
      side: 'sell',
      pays: '1',
      gets: '46.1',
      points: '46.1',
    };
    expect(told(deal, [], 'me')).toBe('       7  me  M-001 acc_1 sells 1 share for 46.1 Points');
    expect(told({ type: 'paid_out', first: 1, next: 3, points: '5' }, [], 'me')).toBe(
      '       7  me  M-001 2 positions paid (+5 Points)',
    );
    expect(frameLine(event('market/M-001', { type: 'market_closed', market: 'M-001' }))).toBe(
      '       7  M-001  closed',
    );
  });

  test('[C13] a rally says how far it is and what comes next, under either of its names', () => {
    const next = { units: 5, price: '60' };
    const rally = { units: 3, minimum: 1, maximum: 10, per_person: 10, next };
    const line = (topic: string, data: object): string =>
      frameLine({ type: 'state', topic, seq: 9, hash: HASH, data });
    const state = { id: 'R1', status: 'open', price: '80', members: 2, seq: 9, ...rally };
    const says = '       9  R1  open: 3 of 10 units at 80 · from 5: 60 · 2 members';
    expect(line('rally/R1', state)).toBe(says);
    const market = { ...MARKET, id: 'R1', mechanism: 'rally@1', price: '80', rally, holders: 2 };
    expect(line('market/R1', market)).toBe(says);
    expect(line('rally/R1', { ...state, status: 'settled', next: undefined })).toBe(
      '       9  R1  settled: 3 of 10 units at 80 · 2 members',
    );
    const joined = { type: 'joined', market: 'R1', account: 'a', units: 1, added: 1, pays: '80' };
    expect(frameLine(event('rally/R1', joined))).toMatch(/^ {7}7 {2}R1 {2}a pledges/);
  });

  test('[C13] of many outcomes the likeliest are named', () => {
    const outcomes = Array.from({ length: 9 }, (_, n) => ({
      outcome: `T${n}`,
      price: `0.${n + 1}`,
      held: '0',
    }));
    const data = { ...MARKET, mechanism: 'lmsr@1', outcomes };
    const line = frameLine({ type: 'state', topic: 'market/M-001', seq: 9, hash: HASH, data });
    expect(line).toContain('open: T8 0.9 · T7 0.8 · T6 0.7 · T5 0.6 · T4 0.5 · T3 0.4 · volume');
  });

  test('[C13] where everybody and an account stand', () => {
    const state = (topic: string, data: object): string =>
      frameLine({ type: 'state', topic, seq: 9, hash: HASH, data });
    const none = { draft: 0, paused: 0, closed: 0, resolved: 0, cancelled: 0, refunded: 0 };
    const markets = { ...none, open: 1_258, settled: 50 };
    expect(
      state('global', {
        markets,
        accounts: 203,
        trades: 16_231,
        volume: '802655.5',
        treasury: '1',
      }),
    ).toBe(
      '       9  global  now: markets 1,258 open, 50 settled · 203 accounts · 16,231 trades · volume 802655.5',
    );
    const account = { account: 'acc_1', points: '9900.5', frozen: false, roles: [] };
    expect(state('me', { ...account, positions: [{ market: 'M-001' }] })).toBe(
      '       9  me  now: acc_1 has 9900.5 Points · shares in 1 market',
    );
    expect(state('me', { ...account, frozen: true, positions: [] })).toBe(
      '       9  me  now: acc_1 has 9900.5 Points · no shares · frozen',
    );
  });
});

test('[C13] who is ahead is a line too', () => {
  const frame = (players: object[]) =>
    frameLine({ type: 'state', topic: 'leaderboard', seq: 7, hash: '9f2c0a11', data: { players } });
  const ahead = ['12.5', '3', '-1', '-2'].map((profit, n) => ({ account: `acc_${n}`, profit }));
  expect(frame(ahead)).toBe('       7  leaderboard  ahead: acc_0 12.5 · acc_1 3 · acc_2 -1');
  expect(frame([])).toBe('       7  leaderboard  nobody yet');
});
