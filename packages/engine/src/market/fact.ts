/** A fact moves a fundamental once, for ever, and the treasury pays for the jump (or is paid). */
import type { AccountId, Actor, Instant, WishOf } from '../command.js';
import type { Prices } from '../event.js';
import { POINTS, TREASURY } from '../ledger/account.js';
import { Moves, type Transfer } from '../ledger/transfer.js';
import { mechanismOf } from '../mechanism/registry.js';
import type { FactVerbs } from '../mechanism/mechanism.js';
import { type Refusal, refuse } from '../refusal.js';
import type { ReadonlyWorld } from '../world.js';
import { isRefusal, marketOf, type Outcome, stateRefusal } from './lookup.js';
import type { FactRecord, ReadonlyMarket } from './market.js';

export function decideFact(
  world: ReadonlyWorld,
  by: AccountId,
  wish: WishOf<'record_fact'>,
  at: Instant,
): Outcome {
  const place = placeOf(world, by, wish, at, (record) => {
    return record.kind === wish.kind && record.happenedAt === wish.happenedAt;
  });
  if ('kind' in place) return place;
  const { market, facts } = place;
  const rule = facts.ruleOf(market.draft.terms, wish.kind);
  if (!rule) return refuse('kind_unknown');
  // A known fact is never refused for its size or for money: a stale price would be there for all to buy.
  const asked = facts.asked(market.fundamental, rule);
  const { kind, happenedAt, fact } = wish;
  const move = jump(world, market, facts, asked);
  return [
    {
      type: 'fact_recorded',
      market: market.id,
      source: by,
      fact,
      kind,
      happenedAt,
      asked,
      ...move,
    },
  ];
}

/** Takes a fact back: F moves by minus what it applied. Multiplying back would not be an undoing. */
export function decideUndo(
  world: ReadonlyWorld,
  by: AccountId,
  wish: WishOf<'undo_fact'>,
  at: Instant,
): Outcome {
  const place = placeOf(world, by, wish, at, (record) => record.undoes === wish.undoes);
  if ('kind' in place) return place;
  const { market, facts } = place;
  const record = market.facts.get(wish.undoes);
  if (!record || record.undoes !== undefined) return refuse('fact_unknown');
  if (record.undoneBy !== undefined) return refuse('fact_undone');
  const asked = -record.applied;
  const { fact, undoes } = wish;
  const move = jump(world, market, facts, asked);
  return [{ type: 'fact_undone', market: market.id, source: by, fact, undoes, asked, ...move }];
}

interface Place {
  readonly market: ReadonlyMarket;
  readonly facts: FactVerbs;
}

/** Where the fact belongs, after the refusals both verbs share. */
function placeOf(
  world: ReadonlyWorld,
  by: Actor,
  wish: WishOf<'record_fact' | 'undo_fact'>,
  at: Instant,
  isSame: (record: Readonly<FactRecord>) => boolean,
): Place | Refusal | { readonly kind: 'repeated'; readonly seq: number } {
  if (!world.accounts.get(by)?.roles.has('source')) return refuse('not_allowed');
  const market = marketOf(world, wish.market);
  if (isRefusal(market)) return market;
  const { facts } = mechanismOf(market.mechanism);
  if (!facts) return refuse('not_supported');
  const isMine = facts.sourceOf(market.draft.terms) === by;
  const known = isMine ? market.facts.get(wish.fact) : undefined;
  if (known) {
    return isSame(known) ? { kind: 'repeated', seq: known.seq } : refuse('fact_id_reused');
  }
  const wrong = stateRefusal(market, at, 'open', 'paused', 'closed');
  if (wrong) return wrong;
  return isMine
    ? { market, facts }
    : refuse('not_allowed', 'The market listens to another source.');
}

/** How far F moves, and the money that goes with it. */
function jump(
  world: ReadonlyWorld,
  market: ReadonlyMarket,
  facts: FactVerbs,
  asked: bigint,
): { applied: bigint; mark: Prices; transfers: readonly Transfer[] } {
  const { fundamental, cost, prices } = facts.move(market, world.books, asked, world.limits);
  const move = new Moves();
  if (cost >= 0n) move.add(TREASURY, market.names.escrow, POINTS, cost);
  else move.add(market.names.escrow, TREASURY, POINTS, -cost);
  // The crowd did not do that: the breaker measures on from here.
  return { applied: fundamental - market.fundamental, mark: prices, transfers: move.made };
}
