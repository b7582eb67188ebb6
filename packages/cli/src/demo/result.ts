/** What the tournament came to, read off the world: nothing here is counted while playing. */
import {
  type AssetName,
  mechanismOf,
  type ReadonlyMarket,
  type ReadonlyWorld,
} from '@fairground/engine';
import { isOver } from './progress.js';
import { resultText, teamName } from './listing.js';
import { CHAMPION, groupMarket, SCORER } from './outrights.js';
import type { Offer } from './rallies.js';
import { matchMarket, stockMarket } from './schedule.js';
import { goalsByPlayer, groupNames, topScorers } from './standings.js';
import { CARD_KINDS, GOAL_KINDS, type Player, type WorldCup } from './worldcup.js';

const MOVERS = 5;

/** How many facts of each kind the stocks remember; a fact is remembered once however often it is told. */
export function factCounts(world: ReadonlyWorld, cup: WorldCup): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of cup.players.keys()) {
    for (const { kind } of world.markets.get(stockMarket(key))?.facts.values() ?? []) {
      if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
  }
  return counts;
}

/** Assets whose balances do not sum to zero. There must be none. */
export function unbalanced(world: ReadonlyWorld): readonly AssetName[] {
  const sums = new Map<AssetName, bigint>();
  for (const account of world.books.accounts()) {
    for (const [asset, amount] of world.books.of(account)) {
      sums.set(asset, (sums.get(asset) ?? 0n) + amount);
    }
  }
  return [...sums].filter(([, sum]) => sum !== 0n).map(([asset]) => asset);
}

export interface Mover {
  readonly player: Player;
  /** Micro-Points per share when it was listed, and at the end. */
  readonly first: bigint;
  readonly last: bigint;
}

/** Every stock that facts have moved, the one that rose most first. */
export function movers(world: ReadonlyWorld, cup: WorldCup): readonly Mover[] {
  const all = [...cup.players.values()].flatMap((player) => {
    const market = world.markets.get(stockMarket(player.key));
    if (!market || !('fundamental' in market.draft.terms)) return [];
    const first = market.draft.terms.fundamental;
    return first === market.fundamental ? [] : [{ player, first, last: market.fundamental }];
  });
  // Ratios are compared crosswise; the sort is stable, so equals keep the order of the squads.
  return all.sort((a, b) => Number(b.last * a.first - a.last * b.first));
}

/** The last lines of the demo. */
export function finalText(world: ReadonlyWorld, cup: WorldCup, offers: readonly Offer[]): string {
  const final = cup.matches.find((match) => match.stage === 'final');
  const counts = factCounts(world, cup);
  const all = movers(world, cup);
  const open = unbalanced(world);
  return [
    final
      ? `${teamName(cup, final.winner ?? '')} are world champions: ${resultText(final, cup)}.`
      : '',
    `${countText(counts, GOAL_KINDS, 'goals')}; ${countText(counts, CARD_KINDS, 'cards')}; each applied once.`,
    ...outrightsText(world, cup),
    `${settledText(world, cup)} ${grouped(world.trades)} trades.`,
    ...ralliesText(world, offers),
    open.length === 0 ? 'Books sum to 0.' : `BOOKS DO NOT BALANCE: ${open.join(', ')}.`,
    ...moversText('Rose most:', all.slice(0, MOVERS)),
    ...moversText('Fell most:', all.slice(-MOVERS).reverse()),
  ].join('\n');
}

const moversText = (heading: string, all: readonly Mover[]): string[] =>
  all.length === 0 ? [] : [heading, ...all.map((mover) => `  ${moverText(mover)}`)];

const KIND_NAME: Readonly<Record<string, string>> = {
  goal: 'from play',
  penalty_goal: 'penalties',
  own_goal: 'own goals',
};

/** `308 goals (278 from play, 16 penalties, 14 own goals)`. */
function countText(
  counts: ReadonlyMap<string, number>,
  kinds: readonly string[],
  name: string,
): string {
  const sum = kinds.reduce((total, kind) => total + (counts.get(kind) ?? 0), 0);
  return `${sum} ${name} (${kinds.map((kind) => `${counts.get(kind) ?? 0} ${KIND_NAME[kind] ?? kind}`).join(', ')})`;
}

function settledText(world: ReadonlyWorld, cup: WorldCup): string {
  const over = (ids: readonly string[]): ReadonlyMarket[] =>
    ids.flatMap((id) => world.markets.get(id) ?? []).filter(isOver);
  const matches = over(cup.matches.map((match) => matchMarket(match.number)));
  const stocks = over([...cup.players.keys()].map(stockMarket));
  const bets = over([CHAMPION, SCORER, ...groupNames(cup).map(groupMarket)]);
  const all = [...matches, ...bets, ...stocks];
  const holding = all.filter((market) => !isEmpty(market, world)).length;
  const settled = `${matches.length} match markets, ${bets.length} outrights and ${grouped(stocks.length)} stocks settled`;
  return `${settled}, ${holding === 0 ? 'nothing left in them' : `${holding} NOT EMPTY`};`;
}

/** `The champion market paid ESP, …`: what the outrights came to, of those that are over. */
function outrightsText(world: ReadonlyWorld, cup: WorldCup): readonly string[] {
  const paid = (id: string): readonly string[] => {
    const market = world.markets.get(id);
    const end = market?.resolution;
    if (!market || !isOver(market) || !end || !('payout' in end)) return [];
    const { outcomes } = mechanismOf(market.mechanism);
    return outcomes(market.draft.terms).filter((_, at) => (end.payout[at] ?? 0) > 0);
  };
  const champion = paid(CHAMPION).map((team) => teamName(cup, team));
  const groups = groupNames(cup).flatMap((group) =>
    paid(groupMarket(group)).map((team) => `${group} ${team}`),
  );
  const scorers = topScorers(cup.goals).map((key) => cup.players.get(key)?.name ?? key);
  const goals = Math.max(0, ...goalsByPlayer(cup.goals).values());
  return [
    ...(champion.length > 0 ? [`The champion market paid ${champion.join(', ')}.`] : []),
    ...(paid(SCORER).length > 0
      ? [`Top scorer: ${scorers.join(', ')} with ${goals} goals (${paid(SCORER).join(', ')} paid).`]
      : []),
    ...(groups.length > 0 ? [`Groups won: ${groups.join(', ')}.`] : []),
  ];
}

/** `12 rallies: 11 sold 1,234 units, 1 refunded;` … and nothing where there were none. */
function ralliesText(world: ReadonlyWorld, offers: readonly Offer[]): readonly string[] {
  const ended = offers
    .flatMap(({ market }) => world.markets.get(market) ?? [])
    .filter((market) => isOver(market));
  if (ended.length === 0) return [];
  const sold = ended.filter(({ state }) => state === 'settled');
  const units = sold.reduce(
    (sum, { resolution }) => sum + (resolution && 'units' in resolution ? resolution.units : 0),
    0,
  );
  const full = sold.filter(({ id, resolution }) => {
    const offer = offers.find(({ market }) => market === id);
    return resolution && 'units' in resolution && resolution.units === offer?.terms.maximum;
  });
  const holding = ended.filter((market) => !isEmpty(market, world)).length;
  const rest = holding === 0 ? 'nothing left in them' : `${holding} NOT EMPTY`;
  const ends = `${sold.length} sold ${grouped(units)} units (${full.length} to the last one)`;
  return [`${ended.length} rallies: ${ends}, ${ended.length - sold.length} refunded, ${rest}.`];
}

/** `Kylian Mbappé (FRA)  30.00 → 64.77  +116 %`. */
function moverText({ player, first, last }: Mover): string {
  const percent = ((last - first) * 100n) / first;
  const sign = percent > 0n ? '+' : '';
  return `${player.name} (${player.team})  ${cents(first)} → ${cents(last)}  ${sign}${percent} %`;
}

/** Two decimals, cut off: prices to look at. */
function cents(price: bigint): string {
  return `${price / 1_000_000n}.${String((price % 1_000_000n) / 10_000n).padStart(2, '0')}`;
}

export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** Is anything of this market still in the books? A settled market holds nothing. */
export function isEmpty(market: ReadonlyMarket, world: ReadonlyWorld): boolean {
  const { escrow, pool, fees, assets } = market.names;
  const accounts = [escrow, pool, fees].every((account) => world.books.of(account).size === 0);
  return accounts && assets.every((asset) => world.books.issued(asset) === 0n);
}
