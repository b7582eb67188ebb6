/** What a verified journal comes to, for people: facts by kind, markets by state. */
import { POINTS, type Proof, type ReadonlyMarket, type ReadonlyWorld } from '@fairground/engine';
import { counted, grouped } from './print.js';

/** Facts the markets remember. Each has its own id, so a fact that counted twice would make the sums differ. */
function distinctFacts(world: ReadonlyWorld): number {
  let count = 0;
  for (const market of world.markets.values()) count += market.facts.size;
  return count;
}

const recordedFacts = ({ facts }: Proof): number =>
  [...facts.values()].reduce((sum, { recorded }) => sum + recorded, 0);

/** `facts    342, each once: goal 278 · penalty_goal 16`, or nothing where there were none. */
export function factsText(proof: Proof): string {
  const recorded = recordedFacts(proof);
  if (recorded === 0) return '';
  const kinds = [...proof.facts].map(([kind, { recorded: times, undone }]) => {
    return `${kind} ${grouped(times)}${undone > 0 ? ` (${grouped(undone)} undone)` : ''}`;
  });
  const once =
    distinctFacts(proof.world) === recorded
      ? 'each once'
      : `but ${grouped(distinctFacts(proof.world))} ids`;
  return `${counted(recorded, 'fact', 'facts')}, ${once}: ${kinds.join(' · ')}`;
}

/** `1,352 markets: 1,352 settled, all empty`. */
export function marketsText({ world }: Proof): string {
  if (world.markets.size === 0) return '';
  const states = [...countStates(world)].map(([state, count]) => `${grouped(count)} ${state}`);
  const over = [...world.markets.values()].filter(isOver);
  const full = over.filter((market) => !isEmpty(world, market));
  const rest =
    over.length === 0
      ? ''
      : full.length === 0
        ? '; nothing is left in those that ended'
        : `; ${full.map(({ id }) => id).join(', ')} ended but not empty`;
  const people = `${counted(world.accounts.size, 'account', 'accounts')}, ${counted(world.trades, 'trade', 'trades')}`;
  return `${counted(world.markets.size, 'market', 'markets')}: ${states.join(', ')}${rest} · ${people}`;
}

export function summaryOf(proof: Proof): Record<string, unknown> {
  const { world } = proof;
  const over = [...world.markets.values()].filter(isOver);
  return {
    facts: Object.fromEntries(proof.facts),
    factsOnce: distinctFacts(world) === recordedFacts(proof),
    markets: Object.fromEntries(countStates(world)),
    endedEmpty: over.every((market) => isEmpty(world, market)),
    accounts: world.accounts.size,
    trades: world.trades,
  };
}

function countStates(world: ReadonlyWorld): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { state } of world.markets.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

const isOver = ({ state }: ReadonlyMarket): boolean => state === 'settled' || state === 'refunded';

/** A market that has ended holds no Points, and none of its shares exist any more. */
function isEmpty({ books }: ReadonlyWorld, { names }: ReadonlyMarket): boolean {
  const held = [names.escrow, names.pool, names.fees].some(
    (account) => books.balance(account, POINTS) !== 0n,
  );
  return !held && names.assets.every((asset) => books.issued(asset) === 0n);
}
