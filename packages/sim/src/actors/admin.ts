/** Runs the place: markets from draft to verdict, people, roles, limits, money. Not always wisely. */
import {
  type Actor as Who,
  type LimitChange,
  LIMITS,
  micro,
  type ReadonlyMarket,
  type Resolution,
  ROLES,
  SYSTEM,
  type Verdict,
  type Wish,
} from '@fairground/engine';
import { draftFor } from './listing.js';
import {
  ADMINS,
  type Actor,
  JUDGES,
  marketFor,
  playersOf,
  type Scene,
  SELLERS,
  SOURCES,
  textOf,
} from './scene.js';

export const admin: Actor = (scene) => {
  const { dice, world, swarm } = scene;
  const live = world.states.draft + world.states.open + world.states.paused + world.states.closed;
  if (live < swarm.marketsMax && dice.chance(live === 0 ? 900 : 400)) return creation(scene);
  if (dice.chance(450)) return { by: someone(scene), wish: ofPeople(scene) };
  const market = marketFor(scene, ({ state }) => !isOver(state));
  return market ? { by: judge(scene), wish: ofMarket(scene, market) } : creation(scene);
};

const isOver = (state: string): boolean => state === 'settled' || state === 'refunded';
const judge = ({ dice }: Scene): Who => dice.pick([...JUDGES, ...JUDGES, ...ADMINS, SYSTEM]);
const someone = ({ dice }: Scene): Who => dice.pick([SYSTEM, SYSTEM, SYSTEM, ...ADMINS, 'p0']);

function creation(scene: Scene): { by: Who; wish: Wish } {
  const { dice, swarm, number } = scene;
  const draft = draftFor(scene, dice.weighted(swarm.kinds) ?? 'cpmm');
  const seller = 'tiers' in draft.terms ? draft.terms.seller : undefined;
  const by = seller ?? dice.pick([SYSTEM, ...ADMINS]);
  const own = by === SYSTEM || 'slope' in draft.terms ? 'treasury' : dice.pick(['treasury', by]);
  return {
    by,
    wish: { type: 'create_market', market: `M${number}`, sponsor: seller ?? own, draft },
  };
}

/** What moves a market on is likelier than what only stirs. */
function ofMarket(scene: Scene, market: ReadonlyMarket): Wish {
  const { dice, now } = scene;
  const { id } = market;
  const reason = textOf(scene);
  const stirs = dice.pick<Wish>([
    { type: 'pause', market: id },
    { type: 'resume', market: id },
    { type: 'extend', market: id, closesAt: now + dice.pick([5_000, 300_000, -1]) + 1 },
    {
      type: 'edit_draft',
      market: id,
      draft: { ...draftFor(scene, 'cpmm'), terms: market.draft.terms },
    },
    { type: 'cancel', market: id, reason },
  ]);
  if (dice.chance(300)) return stirs;
  switch (market.state) {
    case 'draft':
      return { type: 'open', market: id };
    case 'paused':
      return { type: 'resume', market: id };
    case 'closed':
      return verdictOn(scene, market);
    default:
      return dice.chance(150) ? { type: 'close', market: id } : stirs;
  }
}

function verdictOn(scene: Scene, market: ReadonlyMarket): Wish {
  const { dice } = scene;
  const reason = textOf(scene);
  const { id, proposal } = market;
  if (proposal && dice.chance(700))
    return { type: 'confirm', market: id, verdict: proposal.verdict };
  const resolution = endOf(scene, market);
  if (dice.chance(900)) {
    return { type: 'resolve', market: id, ...(resolution ? { resolution } : {}), reason };
  }
  const verdict: Verdict = resolution
    ? { act: 'resolve', resolution, reason }
    : { act: 'cancel', reason };
  return { type: 'confirm', market: id, verdict };
}

/** An outcome, a mixture, or a price; sometimes none that there can be. */
export function endOf(
  { dice }: Scene,
  { names, draft, fundamental }: ReadonlyMarket,
): Resolution | undefined {
  if ('slope' in draft.terms) {
    return dice.pick([
      undefined,
      { price: 0n },
      { price: fundamental * 2n },
      { price: 10_000_000n },
    ]);
  }
  const { length } = names.assets;
  const winner = dice.below(length);
  const one = Array.from({ length }, (_, at) => (at === winner ? 1_000_000 : 0));
  const mixed = Array.from({ length }, (_, at) => (at === 0 ? 333_334 : at === 1 ? 666_666 : 0));
  return { payout: dice.pick([one, one, mixed, [1_000_000]]) };
}

function ofPeople(scene: Scene): Wish {
  const { dice, world, number } = scene;
  const reason = textOf(scene);
  const account = dice.pick([...playersOf(scene), ...ADMINS, ...SOURCES, ...SELLERS]) ?? 'p0';
  const frozen = [...world.accounts.values()].find((one) => one.frozen)?.id;
  const role = dice.pick(ROLES);
  return dice.pick<Wish>([
    { type: 'open_account', account: dice.pick([`q${number}`, account]) },
    { type: 'grant', to: dice.pick([account, 'treasury']), amount: micro(dice.size(900)), reason },
    { type: 'freeze_account', account, reason },
    { type: 'unfreeze_account', account: frozen ?? account, reason },
    { type: 'unfreeze_account', account: frozen ?? account, reason },
    { type: 'grant_role', account, role },
    { type: 'revoke_role', account, role },
    {
      type: 'grant_role',
      account: dice.pick([...SOURCES, ...SOURCES, ...SELLERS, ...ADMINS]),
      role,
    },
    { type: 'sweep_fees' },
    { type: 'sweep_fees' },
    limitsFor(scene),
  ]);
}

function limitsFor({ dice }: Scene): Wish {
  const draws: readonly [LimitChange, ...LimitChange[]] = [
    ['welcome', BigInt(dice.below(3_000)) * 1_000_000n],
    ['grant_per_call', LIMITS.grant_per_call / BigInt(1 + dice.below(100))],
    ['fact_cost', dice.size(1_000)],
    ['payouts_per_command', BigInt(1 + dice.below(3))],
    ['deadlines_per_tick', BigInt(1 + dice.below(3))],
    ['trades_per_minute', dice.pick([0n, 20n, 1_800n, 1_800n])],
    ['breaker_move', dice.pick([1n, 200_000n, 10n ** 9n, 10n ** 9n])],
    ['breaker_window_ms', BigInt(dice.below(120_000))],
    ['breaker_halt_ms', BigInt(dice.below(60_000))],
    ['treasury_floor', dice.size(100_000)],
    [dice.pick(['bps_cpmm', 'bps_lmsr', 'bps_curve', 'bps_rally']), BigInt(dice.below(400))],
  ];
  return { type: 'set_limits', limits: [dice.pick(draws)] };
}
