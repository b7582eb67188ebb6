/** Paying a crowd must not stall the others: their waits while a market is paid out, and a rally's own end. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { micro, ONE, type Wish } from '@fairground/engine';
import { openFileJournal, Sequencer } from '@fairground/journal';
import { keepBusy, type Submit, submitter } from './durable.js';
import { FOR_A_DAY, opening, playerName, TERMS, tradeOf } from './exchange.js';
import { machine, median, percentile, type Report, type Size } from './report.js';

const HOLDERS: Readonly<Record<Size, number>> = { short: 50_000, full: 1_000_000 };
const MEMBERS = 2_000;
const RALLIES = 5;
/** Other markets' trades a second while it goes on: an open loop, so that a stall shows in full. */
const TRADES_A_SECOND = 500;
const QUIET_MS = 4_000;
const BIG = 'BIG';
const NO_TEXT = '0'.repeat(64);

export async function benchSettle(size: Size): Promise<Report> {
  const holders = HOLDERS[size];
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-bench-'));
  try {
    const journal = await openFileJournal({ dir, proofreads: true });
    const sequencer = await Sequencer.start({ journal, clock: () => Date.now() });
    const submit = submitter(sequencer);
    await hold(submit, holders);
    const quiet = await watchOthers(submit, () => wait(QUIET_MS));
    const start = performance.now();
    let payMs = 0;
    const busy = await watchOthers(submit, async () => {
      await submit('system', { type: 'close', market: BIG });
      const payout = [1_000_000, 0];
      await submit('system', {
        type: 'resolve',
        market: BIG,
        resolution: { payout },
        reason: NO_TEXT,
      });
      await untilSettled(sequencer, BIG);
      payMs = performance.now() - start;
    });
    const rallies: number[] = [];
    for (let n = 0; n < RALLIES; n++) rallies.push(await endRally(sequencer, submit, `R${n}`));
    await sequencer.drain();
    await journal.close();
    const rate = (holders / payMs) * 1000;
    return {
      name: 'settle',
      conditions: [
        machine(),
        `${holders} holders of both outcomes of one market, file journal in ${os.tmpdir()}; all paid in ${(payMs / 1000).toFixed(1)} s`,
        `(${Math.round(rate)} positions a second) while another market gets ${TRADES_A_SECOND} trades a second, not waiting for answers`,
        `a rally of ${MEMBERS}: from its last join to settled and durable, median of ${RALLIES} (a published system: 3.6 s)`,
      ],
      rows: [
        {
          what: 'others’ trades, p99',
          ms: percentile(busy, 0.99),
          baseline: 'the same, nobody paid',
          baselineMs: percentile(quiet, 0.99),
          aimMs: 50,
          note: `${busy.length} trades, slowest ${Math.max(...busy).toFixed(0)} ms`,
        },
        { what: `a rally of ${MEMBERS}`, ms: median(rallies), aimMs: 200 },
      ],
    };
  } finally {
    fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Opens the exchange with a hot market, and another one in which everybody holds a set. */
async function hold(submit: Submit, holders: number): Promise<void> {
  const wishes = [...opening(0, 'cpmm')];
  for (const wish of wishes.slice(0, -2)) await submit('system', wish);
  await keepBusy(1_000, holders, (n) =>
    submit('system', { type: 'open_account', account: playerName(n) }),
  );
  for (const wish of wishes.slice(-2)) await submit('system', wish);
  for (const wish of [...opening(0, 'cpmm', BIG)].slice(-2)) await submit('system', wish);
  await keepBusy(1_000, holders, (n) => submit(playerName(n), SET));
}

const SET: Wish = { type: 'mint', market: BIG, amount: micro(ONE) };

/** How long each trade of the hot market took, from when it was due, while `work` goes on (milliseconds). */
async function watchOthers(submit: Submit, work: () => Promise<void>): Promise<number[]> {
  const took: number[] = [];
  const open: Promise<unknown>[] = [];
  let isOver = false;
  const working = work().finally(() => (isOver = true));
  const start = performance.now();
  for (let n = 0; !isOver; n++) {
    const due = start + (n * 1000) / TRADES_A_SECOND;
    while (performance.now() < due) await wait(1);
    const answered = submit(playerName(n % 1_000), tradeOf(n, 'cpmm'));
    open.push(answered.then(() => took.push(performance.now() - due)));
  }
  await Promise.all([working, ...open]);
  return took;
}

async function endRally(sequencer: Sequencer, submit: Submit, market: string): Promise<number> {
  const terms = { ...TERMS.rally, maximum: MEMBERS, perPerson: 1 };
  const tiers = terms.tiers.map(({ price }, n) => ({ units: n * 800, price }));
  const draft = {
    text: NO_TEXT,
    twoPerson: false,
    refundCap: micro(0n),
    terms: { ...terms, tiers },
    closing: FOR_A_DAY.closing,
    closesAt: sequencer.now() + 86_400_000,
  };
  await submit('system', { type: 'create_market', market, sponsor: 'feed', draft });
  await submit('system', { type: 'open', market });
  await keepBusy(500, MEMBERS - 1, (n) =>
    submit(playerName(n), { type: 'join_rally', market, units: 1 }),
  );
  const start = performance.now();
  await submit(playerName(MEMBERS - 1), { type: 'join_rally', market, units: 1 });
  await untilSettled(sequencer, market);
  return performance.now() - start;
}

/** Settled, and that is durable. */
async function untilSettled(sequencer: Sequencer, market: string): Promise<void> {
  while (sequencer.world.markets.get(market)?.state !== 'settled') await wait(1);
  await sequencer.whenDurable(sequencer.head.seq);
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
