/** The price a crowd brings down, step by step, and how far it has come. */
import { count, points } from '../figures.js';
import { isRallyOver, tierAt, tiersOf } from '../rallies.js';
import type { MarketDetail, Rally, Tier } from '../wire.js';

interface Standing {
  readonly now: number;
  readonly rally: Rally;
  readonly isOver: boolean;
}

function stepWords(step: Tier, place: number, { now, rally, isOver }: Standing): string {
  if (place < now) return 'passed';
  if (place === now) return isOver ? 'reached' : 'now';
  if (isOver) return '';
  return `${count(step.units - rally.units)} more`;
}

export function Ladder(props: { readonly market: MarketDetail; readonly rally: Rally }) {
  const { market, rally } = props;
  const tiers = tiersOf(market);
  const now = tierAt(tiers, rally.units);
  const isOver = isRallyOver(market.status);
  return (
    <section className="card pad" aria-labelledby="ladder">
      <h2 id="ladder">{isOver ? 'How far the price fell' : 'The price falls as people join'}</h2>
      <ol className="ladder">
        {tiers.map((tier, place) => (
          <li
            key={tier.units}
            data-step={place < now ? 'passed' : place === now ? 'now' : 'ahead'}
            aria-current={place === now ? 'step' : undefined}
          >
            <span className="quiet">{place === 0 ? 'start' : `from ${count(tier.units)}`}</span>
            <b className="figures">{points(tier.price)}</b>
            <span className="figures">{stepWords(tier, place, { now, rally, isOver })}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
