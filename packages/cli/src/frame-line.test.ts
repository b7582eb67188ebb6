import type { Frame } from '@fairground/client';
import { describe, expect, test } from 'vitest';
import { frameLine } from './frame-line.js';

const HASH = '3acee7'.padEnd(64, '0');

function event(topic: string, data: object): Frame {
  return { type: 'event', topic, seq: 7, prev: 6, hash: HASH, more: 0, data };
}

const told = (data: object, outcomes?: readonly string[], topic = 'global') =>
  frameLine(event(topic, { at: '2026-06-11T20:45:00.000Z', market: 'M-001', ...data }), outcomes);

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
