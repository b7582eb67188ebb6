/** How fast one core decides: decide + fold + encode of trades, against the bare formula in a loop. */
import { decide, encodeBody, fold } from '@fairground/engine';
import { type Bare, bareCpmm, bareCurve, bareLmsr, bareRally } from './bare.js';
import { AT, commandOf, type Kind, openWorld, playerName, wishOf } from './exchange.js';
import { machine, race, rateOf, type Report, type Row } from './report.js';

const PLAYERS = 10_000;
const ROUNDS = 5;
const AIM = 0.35;
const names = Array.from({ length: PLAYERS }, (_, n) => playerName(n));

/** How many of each make a round of about a second at most. */
const SUBJECTS: readonly { kind: Kind; what: string; bare: Bare; trades: number }[] = [
  { kind: 'cpmm', what: 'cpmm trades', bare: bareCpmm, trades: 60_000 },
  { kind: 'lmsr', what: 'lmsr trades, 2 outcomes', bare: bareLmsr, trades: 10_000 },
  { kind: 'curve', what: 'curve trades', bare: bareCurve, trades: 60_000 },
  { kind: 'rally', what: 'rally joins', bare: bareRally, trades: 60_000 },
];

export async function benchEngine(): Promise<Report> {
  const rows: Row[] = [];
  for (const { kind, what, bare, trades } of SUBJECTS) {
    const [baselineRate = 0, rate = 0] = await race(
      ROUNDS,
      () => bare(trades, names),
      engine(kind, trades),
    );
    rows.push({ what, rate, baseline: 'bare formula', baselineRate, aim: AIM });
  }
  const conditions = [
    machine(),
    `one hot market each, ${PLAYERS} players, 10,000 (lmsr) or 60,000 a round, median of ${ROUNDS} rounds, one core`,
    'reached: decide, fold and encode of each, without the hash; baseline: the price formula and one',
    'balance update in a Map, on bigints (of lmsr: 128 bits as they come, without exact rounding)',
  ];
  return { name: 'engine', conditions, rows };
}

function engine(kind: Kind, trades: number): () => number {
  const { world, commands } = openWorld(PLAYERS, kind);
  let next = commands;
  let chars = 0;
  let made = 0;
  return () => {
    const wishes = Array.from({ length: trades }, () => {
      next++;
      return commandOf(next, playerName(made % PLAYERS), wishOf(made++, kind, PLAYERS));
    });
    return rateOf(trades, (n) => {
      const command = wishes[n];
      if (!command) return;
      const decision = decide(world, command, AT);
      if (decision.kind !== 'accepted') throw new Error(`trade: ${JSON.stringify(decision)}`);
      const { events } = decision;
      const seq = world.seq + 1;
      chars += encodeBody({ v: 1, seq, at: AT, rules: 1, command, events }).length;
      fold(world, { v: 1, seq, at: AT, rules: 1, command, events, hash: '' });
    });
  };
}
