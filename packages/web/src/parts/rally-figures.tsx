import { count, day, points } from '../figures.js';
import type { MarketDetail, Rally } from '../wire.js';
import { Line, percent } from './about.js';

/** The terms of a rally, and where its money is. */
export function RallyFigures(props: { readonly market: MarketDetail; readonly rally: Rally }) {
  const { market, rally } = props;
  return (
    <section className="card pad" aria-labelledby="figures">
      <h2 id="figures">Figures</h2>
      <dl className="lines">
        <Line says="Units needed">{count(rally.minimum)}</Line>
        <Line says="One person">at most {count(rally.per_person)}</Line>
        <Line says="Members">{count(market.holders)}</Line>
        <Line says="Held in escrow">{points(market.escrow)} Points</Line>
        <Line says="Fee, from the seller">{percent(market.fee_bps)}</Line>
        <Line says="Seller">
          <code>{market.sponsor.slice(-8)}</code>
        </Line>
        {market.opened_at !== undefined && <Line says="Opened">{day(market.opened_at)}</Line>}
        {market.ended_at !== undefined && <Line says="Ended">{day(market.ended_at)}</Line>}
        <Line says="Last change">entry {count(market.seq)}</Line>
      </dl>
    </section>
  );
}
