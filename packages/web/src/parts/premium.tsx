/** What the two lines of a stock's chart are, and the gap between them: what the crowd pays beyond the facts. */
import { formatAmount } from '@fairground/engine';
import { directionOf, grouped, micros, points, signed } from '../figures.js';
import type { Market } from '../wire.js';
import { Arrow } from './price.js';

const HUNDRED = 100_000_000n;

/** Price less fundamental, and that as a signed percentage of the fundamental. */
export function premiumOf(price: string, fundamental: string): { amount: string; percent: string } {
  const base = micros(fundamental) ?? 0n;
  const over = (micros(price) ?? 0n) - base;
  const part = base === 0n ? 0n : (over * HUNDRED) / base;
  return {
    amount: formatAmount(over),
    percent: `${part > 0n ? '+' : ''}${grouped(part, 1)}%`,
  };
}

export function Premium(props: { readonly market: Market }) {
  const { price, fundamental } = props.market;
  if (fundamental === undefined) return null;
  const { amount, percent } = premiumOf(price, fundamental);
  const direction = directionOf('0', amount);
  return (
    <dl className="premium figures">
      <div data-line="price">
        <dt>Price</dt>
        <dd>{points(price)}</dd>
      </div>
      <div data-line="ground">
        <dt>Fundamental</dt>
        <dd>{points(fundamental)}</dd>
      </div>
      <div>
        <dt>Crowd premium</dt>
        <dd className="change" data-direction={direction}>
          <Arrow direction={direction} />
          {signed(amount)} ({percent})
        </dd>
      </div>
    </dl>
  );
}
