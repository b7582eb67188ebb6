/** Markets of every kind, with terms that lead somewhere. */
import { type Draft, micro, type Risk, type Terms } from '@fairground/engine';
import type { Dice } from '../dice.js';
import type { Kind } from '../swarm.js';
import { type Scene, SELLERS, SOURCES, textOf } from './scene.js';

const NAMES = ['YES', 'NO', 'DRAW', 'A', 'B', 'C', 'D', 'E'] as const;

/** A fee that is named, or what is usual. */
const bps = (dice: Dice, ...named: readonly [number, ...number[]]): { readonly bps?: number } =>
  dice.chance(250) ? {} : { bps: dice.pick(named) };

const TERMS: Readonly<Record<Kind, (dice: Dice) => Terms>> = {
  cpmm: (dice) => ({
    mechanism: 'cpmm',
    outcomes: ['YES', 'NO'],
    deposit: micro(1_000_000n + dice.size(200)),
    probability: dice.pick([500_000, 500_000, 10_000, 800_000, 333_333]),
    ...bps(dice, 0, 1, 200, 1_000),
  }),
  lmsr: (dice) => ({
    mechanism: 'lmsr',
    outcomes: NAMES.slice(0, dice.pick([2, 2, 3, 5, 8])),
    liquidity: micro(dice.pick([1_000_000n, 10_000_000n, 1_000_000n + dice.size(60)])),
    ...bps(dice, 0, 0, 1, 200),
  }),
  curve: (dice) => ({
    mechanism: 'curve',
    fundamental: dice.pick([10_000_001n, 10_000n, 10_000_000n, 333_333n]),
    slope: dice.pick([24_999n, 25_000n, 1n, 3_333_333n]),
    ...bps(dice, 0, 200, 300),
    source: dice.pick(SOURCES),
    rules: [
      { kind: 'goal', num: 27, den: 25 },
      { kind: 'card', num: 19, den: 20 },
      { kind: 'slip', add: -333_333n },
      { kind: 'wonder', num: 1_000, den: 1 },
      { kind: 'throw', num: 1, den: 1 },
    ],
    ...(dice.chance(300) ? { factCostMax: micro(dice.size(50)) } : {}),
    ...(dice.chance(300) ? { factMoveMax: dice.size(3) } : {}),
  }),
  rally: (dice) => {
    const maximum = dice.pick([3, 8, 20]);
    const tiers = [0, 3, 5].slice(0, 1 + dice.below(maximum > 5 ? 3 : 1)).map((units, n) => ({
      units,
      price: micro(dice.pick([1_000_000n, 7_777_777n]) * BigInt(8 - n)),
    }));
    // A tier is dearer than the next, whatever was drawn for both.
    const falling = tiers.map(({ units }, n) => ({
      units,
      price: micro((tiers[0]?.price ?? 1n) - BigInt(n) * 333_333n),
    }));
    return {
      mechanism: 'rally',
      tiers: falling,
      maximum,
      minimum: 1 + dice.below(3),
      perPerson: 1 + dice.below(maximum),
      seller: dice.pick(SELLERS),
      ...bps(dice, 0, 250),
    };
  },
};

/** What is said of a new market, or said anew. */
export function draftFor(scene: Scene, kind: Kind): Draft {
  const { dice, now, swarm } = scene;
  const terms = TERMS[kind](dice);
  const closesAt = now + 1 + dice.below(swarm.stepMs * 60);
  const isAuto = 'tiers' in terms || dice.chance(400);
  const mode = isAuto ? 'auto' : dice.pick(['manual', 'manual', 'auto_with_buffer'] as const);
  const closing =
    mode === 'auto_with_buffer' ? ({ mode, minutes: 1 } as const) : ({ mode } as const);
  const opensAt = dice.chance(300) ? { opensAt: now + dice.below(swarm.stepMs * 8) } : {};
  return {
    text: textOf(scene),
    closing,
    ...opensAt,
    ...(mode === 'manual' && dice.chance(700) ? {} : { closesAt }),
    twoPerson: dice.chance(300),
    refundCap: micro(dice.pick([0n, 5_000_000n, 10n ** 12n])),
    ...('tiers' in terms || dice.chance(750) ? {} : { risk: riskFor(dice) }),
    terms,
  };
}

/** Thresholds of its own, some of them. */
function riskFor(dice: Dice): Risk {
  return {
    ...(dice.chance(500) ? { breakerMove: dice.pick([10_000n, 100_000n, 900_000n]) } : {}),
    ...(dice.chance(500) ? { breakerWindowMs: dice.pick([0, 700, 90_000]) } : {}),
    ...(dice.chance(500) ? { breakerHaltMs: dice.pick([0, 900, 45_000]) } : {}),
    ...(dice.chance(500) ? { positionLimit: micro(5_000_000n + dice.size(300)) } : {}),
    ...(dice.chance(200) ? { extremePrice: 700_000 } : {}),
  };
}
