/** How far the world has come: a step is done when the world shows it, and nothing else remembers it. */
import type { ReadonlyMarket, ReadonlyWorld } from '@fairground/engine';
import type { Step } from './schedule.js';

/** Has the world seen this step already? Also true where an operator has ended a market by hand. */
export function isDone(step: Step, world: ReadonlyWorld): boolean {
  const market = (id: string): ReadonlyMarket | undefined => world.markets.get(id);
  switch (step.type) {
    case 'open_match':
    case 'open_outright':
    case 'open_rally':
      return market(step.market) !== undefined && market(step.market)?.state !== 'draft';
    case 'close_match':
    case 'close_outright':
      return hasClosed(market(step.market));
    case 'record_fact':
      return market(step.market)?.facts.has(step.fact) ?? false;
    case 'resolve_match':
    case 'resolve_outright':
    case 'settle_rally':
      return isOver(market(step.market));
    case 'delist':
      return step.markets.every((id) => isOver(market(id)));
  }
}

/** Everybody is paid, or has his money back. */
export const isOver = (market: ReadonlyMarket | undefined): boolean =>
  market?.state === 'settled' || market?.state === 'refunded';

/** Nobody can get in any more. */
export function hasClosed(market: ReadonlyMarket | undefined): boolean {
  return (
    market !== undefined &&
    market.state !== 'draft' &&
    market.state !== 'open' &&
    market.state !== 'paused'
  );
}
