/** How fast one core decides: decide + fold + encode of trades, against the bare formula in a loop. */
import { decide, encodeBody, fold } from '@fairground/engine';
import { AT, commandOf, type Kind, openWorld, playerName, tradeOf } from './exchange.js';
import { machine, race, rateOf, type Report, type Row } from './report.js';

const PLAYERS = 10_000;
const TRADES = 60_000;
const ROUNDS = 5;

export async function benchEngine(): Promise<Report> {
  const [cpmmBare = 0, cpmm = 0] = await race(ROUNDS, bareCpmm, engine('cpmm'));
  const [curveBare = 0, curve = 0] = await race(ROUNDS, bareCurve, engine('curve'));
  const rows: Row[] = [
    {
      what: 'cpmm trades',
      rate: cpmm,
      baseline: 'bare formula',
      baselineRate: cpmmBare,
      aim: 0.35,
    },
    {
      what: 'curve trades',
      rate: curve,
      baseline: 'bare formula',
      baselineRate: curveBare,
      aim: 0.35,
    },
  ];
  const conditions = [
    machine(),
    `one hot market, ${PLAYERS} players, ${TRADES} trades a round, median of ${ROUNDS} rounds, one core`,
    'reached: decide, fold and encode of each trade, without the hash; baseline: the price formula and one',
    'balance update in a Map, on bigints',
  ];
  return { name: 'engine', conditions, rows };
}

function engine(kind: Kind): () => number {
  const { world, commands } = openWorld(PLAYERS, kind);
  let next = commands;
  let chars = 0;
  return () => {
    const wishes = Array.from({ length: TRADES }, () => {
      next++;
      return commandOf(next, playerName(next % PLAYERS), tradeOf(next, kind));
    });
    return rateOf(TRADES, (n) => {
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

const names = Array.from({ length: PLAYERS }, (_, n) => playerName(n));
const nameAt = (n: number): string => names[n % PLAYERS] ?? '';

function bareCpmm(): number {
  let x = 100_000_000_000n;
  let y = x;
  const held = new Map<string, bigint>();
  return rateOf(TRADES, (n) => {
    const spend = BigInt(1_000_000 + ((n * 7_919) % 1_000_000));
    const fee = (spend * 200n + 9_999n) / 10_000n;
    const net = spend - fee;
    const toPool = fee - fee / 2n;
    const gets = x + net - (x * y + y + net - 1n) / (y + net);
    x += net - gets + toPool;
    y += net + toPool;
    const name = nameAt(n);
    held.set(name, (held.get(name) ?? 0n) + gets);
    if (n % 2 === 0) [x, y] = [y, x];
  });
}

function bareCurve(): number {
  const f = 10_000_000n;
  const m = 250n;
  let s = 0n;
  let reserve = 0n;
  const held = new Map<string, bigint>();
  return rateOf(TRADES, (n) => {
    const spend = BigInt(1_000_000 + ((n * 7_919) % 1_000_000));
    const net = spend - (spend * 200n + 9_999n) / 10_000n;
    const a = 1_000_000n * f;
    const root = bareRoot(a * a + 2_000_000_000_000n * m * (reserve + net));
    const after = (root - a) / m;
    reserve =
      (2_000_000n * f * after + m * after * after + 1_999_999_999_999n) / 2_000_000_000_000n;
    const name = nameAt(n);
    held.set(name, (held.get(name) ?? 0n) + after - s);
    s = after;
  });
}

function bareRoot(n: bigint): bigint {
  let high = 1n << BigInt((n.toString(16).length * 4 + 1) >> 1);
  for (let next = (high + n / high) >> 1n; next < high; next = (high + n / high) >> 1n) high = next;
  return high;
}
