/** What becomes of markets that follow a match: pauses, results, and who may say no. */
import { afterEach, describe, expect, test } from 'vitest';
import { type Cup, cup, type CupOptions } from './pull-bench.js';

let at: Cup;
const begin = async (options: CupOptions = {}): Promise<Cup> => (at = await cup(options));
afterEach(() => at.end());

const score = (home: unknown, away: unknown, more: object = {}): void =>
  at.server.set('1', { goals: [home, away], status: '1H', ...more });

describe('[L8] markets stand still from kick-off to whistle', () => {
  test('once each way; who is resolved by the match waits for the result', async () => {
    await begin();
    score(0, 0, { status: 'NS' });
    await at.pull();
    expect([at.stateOf('P-H1'), at.stateOf('W-1')]).toEqual(['open', 'open']);
    score(0, 0);
    await at.pull();
    expect([at.stateOf('P-H1'), at.stateOf('P-A1'), at.stateOf('W-1')]).toEqual([
      'paused',
      'open',
      'paused',
    ]);
    // An admin's hand is not fought.
    await at.must('POST', '/v1/markets/P-H1/resume', { key: at.ana.key });
    score(1, 0);
    await at.pull();
    expect(at.stateOf('P-H1')).toBe('open');
    await at.must('POST', '/v1/markets/P-H1/pause', { key: at.ana.key });
    score(1, 0, { status: 'FT' });
    await at.pull();
    expect([at.stateOf('P-H1'), at.stateOf('W-1')]).toEqual(['open', 'paused']);
  });

  test('a pause that somebody else made is not ended', async () => {
    await begin();
    await at.must('POST', '/v1/markets/P-H1/pause', { key: at.ana.key });
    score(0, 0);
    await at.pull();
    score(0, 0, { status: 'FT' });
    await at.pull();
    expect(at.stateOf('P-H1')).toBe('paused');
  });
});

describe('[L9] a result', () => {
  const HOLD = 600_000;
  const over = (winner: unknown, home = 1): void => score(home, 0, { status: 'FT', winner });
  const veto = () =>
    at.call('POST', `/v1/admin/pullers/${at.puller}/veto`, {
      key: at.ana.key,
      body: { item: '1', reason: 'the referee is looking at it' },
    });

  test('resolves after the hold, once it was seen again', async () => {
    await begin();
    over('home');
    await at.pull();
    at.played.ms += HOLD - 1_000;
    await at.pull();
    expect(at.stateOf('W-1')).not.toBe('settled');
    at.played.ms += 2_000;
    at.server.mood = 'error';
    await at.pull();
    expect(at.node.vault.pulls.verdictOf(at.puller, '1')).toBeUndefined();
    at.server.mood = 'well';
    await at.pull();
    const market = at.node.sequencer.world.markets.get('W-1')!;
    expect(market.resolution).toEqual({ payout: [1_000_000, 0, 0] });
    const { seq } = at.node.sequencer.world;
    over('away');
    for (let i = 0; i < 3; i++) await at.pull();
    expect(at.node.sequencer.world.seq).toBe(seq);
    expect((await veto()).json.error.code).toBe('veto_late');
    const audit = await at.must('GET', '/v1/admin/audit?limit=3', { key: at.ana.key });
    expect(audit.text).toContain('Cup: H1 – A1 is over.');
  });

  test('waits anew when the endpoint changes its mind, also about a count', async () => {
    await begin();
    over('home');
    await at.pull();
    const since = at.row('1')?.verdict?.since ?? 0;
    at.played.ms += HOLD - 1_000;
    over('draw');
    await at.pull();
    expect(at.row('1')?.verdict?.since).toBeGreaterThan(since);
    at.played.ms += HOLD - 1_000;
    over('draw', 2);
    await at.pull();
    at.played.ms += HOLD - 1_000;
    score(2, 0, { status: '2H' });
    await at.pull();
    over('draw', 2);
    at.played.ms += 2_000;
    await at.pull();
    expect(at.node.vault.pulls.verdictOf(at.puller, '1')).toBeUndefined();
    at.played.ms += HOLD;
    await at.pull();
    const market = at.node.sequencer.world.markets.get('W-1')!;
    expect(market.resolution).toEqual({ payout: [0, 0, 1_000_000] });
  });

  test('a veto stands for good, and an admin decides', async () => {
    await begin();
    over('home');
    await at.pull();
    expect((await veto()).status).toBe(200);
    expect((await veto()).status).toBe(200);
    at.played.ms += 2 * HOLD;
    await at.pull();
    expect(at.stateOf('W-1')).toBe('paused');
    await at.must('POST', '/v1/markets/W-1/close', { key: at.ana.key });
    const body = { outcome: 'AWAY', reason: 'seen' };
    await at.must('POST', '/v1/markets/W-1/resolve', { key: at.ana.key, body });
    await at.pull();
    const { pulls } = at.node.vault;
    const taken = {
      puller: at.puller,
      item: '1',
      act: 'resolve' as const,
      by: 'x',
      at: 0,
      ends: [],
    };
    expect(await pulls.takeVerdict(taken)).toBe(false);
  });

  test('[L10] where two people decide it is proposed only, and once', async () => {
    await begin({ market: { two_person: true } });
    over('home');
    await at.pull();
    at.played.ms += HOLD + 1;
    await at.pull();
    const market = at.node.sequencer.world.markets.get('W-1')!;
    expect([market.state, market.proposal?.by]).toEqual(['closed', at.ana.account]);
    const { seq } = at.node.sequencer.world;
    for (let i = 0; i < 3; i++) await at.pull();
    expect(at.node.sequencer.world.seq).toBe(seq);
  });
});
