/** Resolving, and paying everyone in the order he came, a chunk at a time. */
import { expect, test } from 'vitest';
import { decodeEntry, SYSTEM, type Wish } from '../../src/index.js';
import { Live, textOf } from '../live.js';
import { CAST, story, tell } from '../story.js';

story(
  '[S1] a resolution names one outcome, a payout vector that sums to one, or a price per share',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100
  eve  opens    M1
  ana  buys     M1 YES 10
  ana  resolves M1 YES                  -> not_allowed
  eve  resolves M1 0.5/0.6              -> not_closed       # the state is looked at first
  eve  closes   M1
  eve  resolves M1 0.5/0.6              -> malformed
  eve  resolves M1 0.5/0.499999         -> malformed
  eve  resolves M1 1/0/0                -> malformed
  eve  resolves M1 at 1                 -> malformed
  eve  resolves M1                      -> malformed
  eve  resolves M1 0.5/0.5              -> does market_resolved
  clock pays    M1
  ana  paid     M1 9.362659             # floor(0.5 · 18.725318)
  books balance
`,
);

story(
  '[S2] a position is paid floor(Σ vᵢ·sharesᵢ), once over all its outcomes',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 bps=0
  eve  opens    M1
  ana  mints    M1 0.001001             # 1001 of each: in two floors it would be 333 and 667
  eve  closes   M1
  eve  resolves M1 0.333333/0.666667
  clock pays    M1                      -> does paid_out market_settled
  ana  paid     M1 0.001001
  ana  has      1000
  treasury has  10000
  books balance
`,
);

story(
  '[S3] after the last payout the sponsor gets what is left, the house the fees, and nothing stays',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 sponsor=max  -> not_allowed
  max  drafts   M1 cpmm 100 p=0.8 sponsor=max
  max  has      900
  max  opens    M1
  max  net      M1 0
  ana  buys     M1 NO 50
  bob  buys     M1 YES 20
  max  closes   M1
  max  resolves M1 NO
  clock pays    M1                      -> does paid_out market_settled
  max  paid     M1 0                    # his surplus leg lost
  bob  paid     M1 0
  house:fees has 0.7
  escrow:M1 has 0
  fees:M1 has   0
  mint has      0 M1:YES
  mint has      0 M1:NO
  books balance
  system sweeps                         -> ok
  system sweeps                         -> nothing_due
  house:fees has 0
  treasury has  10000.7
`,
);

story(
  '[S4] with nobody to pay it is over at once',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100
  eve  opens    M1
  eve  closes   M1
  eve  resolves M1 YES                  -> does market_resolved market_settled
  treasury has  10000
  clock pays    M1                      -> nothing_due
  eve  drafts   S1 curve 10 0.025
  eve  opens    S1
  eve  closes   S1
  eve  resolves S1 at 0                 -> does market_resolved market_settled
  books balance
`,
);

story(
  "[S5] payouts run in chunks in order of first entry, beside everyone else's trades",
  `
  ${CAST}
  system limits payouts_per_command=2
  eve  drafts   M1 cpmm 100 bps=0
  eve  drafts   M2 cpmm 100
  eve  opens    M1
  eve  opens    M2
  cid  mints    M1 3
  ana  mints    M1 1
  bob  mints    M1 2
  cid  mints    M1 1                    # his place is that of his first entry
  eve  mints    M1 4
  max  mints    M1 5
  eve  merges   M1 4                    # nothing left, but he has been there
  eve  closes   M1
  eve  resolves M1 YES                  -> does market_resolved
  ana  pays     M1 from 1               -> not_allowed
  clock pays    M1 from 3               -> nothing_due      # not yet
  clock pays    M1 from 1               -> does paid_out
  clock pays    M1 from 1               -> nothing_due      # the same chunk again
  clock pays    M1 from 2               -> nothing_due
  cid  paid     M1 4
  ana  paid     M1 1
  bob  paid     M1 0
  ana  buys     M2 YES 10               -> gets 18.725318
  eve  cancels  M1                      -> final
  system limits payouts_per_command=1   # on later commands only, and these are later
  clock pays    M1 from 3               -> next 4
  bob  sells    M1 YES 1                -> final
  clock pays    M1 from 4               -> next 5
  eve  paid     M1 0
  clock pays    M1 from 5               -> does paid_out market_settled
  clock pays    M1 from 5               -> nothing_due
  clock pays    M1 from 6               -> nothing_due
  max  paid     M1 5
  treasury has  9900                    # M2's deposit is still out
  books balance
`,
);

story(
  '[S6] two payouts under way take turns, and a frozen player is paid like all',
  `
  ${CAST}
  system limits payouts_per_command=1
  eve  drafts   M1 cpmm 10 bps=0
  eve  drafts   M2 cpmm 10 bps=0
  eve  opens    M1
  eve  opens    M2
  ana  mints    M1 1
  bob  mints    M1 1
  ana  mints    M2 1
  bob  mints    M2 1
  eve  freezes  ana
  eve  closes   M1
  eve  closes   M2
  eve  resolves M2 YES
  eve  resolves M1 YES
  clock pays    everyone
  ana  paid     M1 1
  ana  paid     M2 1
  ana  has      1000
  M1   is       settled
  M2   is       settled
`,
);

story(
  '[S7] a stock is delisted at F, or at a price the treasury tops up',
  `
  ${CAST}
  eve  drafts   S1 curve 10 0.025 bps=0
  eve  drafts   S2 curve 10 0.025 bps=0
  eve  opens    S1
  eve  opens    S2
  ana  buys     S1 50 shares            -> pays 531.25
  bob  buys     S2 50 shares            -> pays 531.25
  eve  closes   S1
  eve  closes   S2
  eve  resolves S1 YES                  -> malformed
  eve  resolves S1 at 1000000           -> treasury_short
  eve  resolves S1                      -> ok
  eve  resolves S2 at 12                -> ok
  escrow:S2 has 600
  treasury has  9931.25
  clock pays    everyone
  ana  paid     S1 500
  bob  paid     S2 600
  treasury has  9962.5
  books balance
`,
);

const LONG = 'x'.repeat(59);

/** A market of the longest names, in which 1,000 players hold both sides. */
function crowded(): Live {
  const live = tell(CAST);
  const market = `${LONG}12345`;
  const outcomes = ['YES_3456789012345', 'NO_45678901234567'].map((name) => name.slice(0, 16));
  const terms = {
    mechanism: 'cpmm',
    outcomes,
    deposit: 100_000_000n,
    probability: 500_000,
    bps: 200,
  };
  const draft = {
    text: textOf('?'),
    closing: { mode: 'manual' },
    twoPerson: false,
    refundCap: 0n,
    terms,
  };
  live.check = () => {};
  live.run(SYSTEM, {
    type: 'create_market',
    market,
    sponsor: 'treasury',
    draft,
  } as unknown as Wish);
  live.run(SYSTEM, { type: 'open', market });
  live.run(SYSTEM, { type: 'set_limits', limits: [['welcome', 10_000_000n]] });
  for (let n = 0; n < 1_000; n++) {
    const player = `${LONG}${String(n).padStart(5, '0')}`;
    live.run(SYSTEM, { type: 'open_account', account: player });
    live.run(player, { type: 'mint', market, amount: 1_234_567n } as Wish);
  }
  live.run(SYSTEM, { type: 'close', market });
  return live;
}

test('[S8] a chunk of payouts ends before its entry passes 128 KiB, however long the names', () => {
  const live = crowded();
  const market = `${LONG}12345`;
  const payout = [400_000, 600_000];
  live.run(SYSTEM, { type: 'resolve', market, resolution: { payout }, reason: textOf('so') });
  const before = live.lines.length;
  live.payAll();
  const chunks = live.lines.slice(before);
  expect(chunks.length).toBeGreaterThan(3);
  for (const line of chunks) expect(line.length).toBeLessThanOrEqual(128 * 1024);
  const full = chunks.slice(0, -1).map((line) => line.length);
  expect(Math.min(...full)).toBeGreaterThan(80 * 1024);
  const events = chunks.flatMap((line) => decodeEntry(line).events);
  const paid = events.flatMap((event) => (event.type === 'paid_out' ? [event] : []));
  expect(paid.map(({ first }) => first)).toEqual([1, ...paid.slice(0, -1).map(({ next }) => next)]);
  expect(live.world.markets.get(market)?.state).toBe('settled');
  Live.prototype.check.call(live);
});

test('[L22] a tick ends before its entry passes 128 KiB: what is left is due at once', () => {
  const live = tell(CAST);
  live.check = () => {};
  const opensAt = live.at + 1_000;
  const terms = {
    mechanism: 'cpmm',
    outcomes: ['YES', 'NO'],
    deposit: 1_000_000n,
    probability: 200_000,
    bps: 200,
  };
  const draft = {
    text: textOf('?'),
    closing: { mode: 'manual' },
    opensAt,
    twoPerson: false,
    refundCap: 0n,
    terms,
  };
  for (let n = 0; n < 1_000; n++) {
    const market = `${LONG}${String(n).padStart(5, '0')}`;
    live.run(SYSTEM, {
      type: 'create_market',
      market,
      sponsor: 'treasury',
      draft,
    } as unknown as Wish);
  }
  const before = live.lines.length;
  live.at = opensAt;
  live.tick();
  const ticks = live.lines.slice(before);
  expect(ticks.length).toBeGreaterThan(1);
  for (const line of ticks) expect(line.length).toBeLessThanOrEqual(128 * 1024);
  expect(live.world.states).toMatchObject({ draft: 0, open: 1_000 });
});
