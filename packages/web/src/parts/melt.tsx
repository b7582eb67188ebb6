/** The show piece of a rally: its price, very large, melting as people join. */
import { formatAmount } from '@fairground/engine';
import { count, micros, points, priceText } from '../figures.js';
import { useChanges, useRolling } from '../motion.js';
import { isRallyOver, tiersOf } from '../rallies.js';
import type { MarketDetail, Rally } from '../wire.js';
import { Candle } from './candle.js';
import { Clockwork } from './clockwork.js';
import { RallyBar } from './rally-mark.js';
import { ShareLink } from './share-link.js';

/** The digits on their way down; read aloud is only where they end. */
function Figure(props: { readonly market: MarketDetail }) {
  const { mechanism, price } = props.market;
  const rolling = useRolling(Number(micros(price) ?? 0n));
  const shown = priceText(mechanism, formatAmount(BigInt(Math.round(rolling))));
  return (
    <p className="melt-price figures">
      <span className="hidden" role="status">
        {points(price)} Points a unit
      </span>
      <b aria-hidden="true">{shown}</b>
      <span className="quiet" aria-hidden="true">
        Points a unit
      </span>
    </p>
  );
}

/** What has to happen for the price to fall on, or what it means that it cannot. */
function NextStep(props: { readonly market: MarketDetail; readonly rally: Rally }) {
  const { market, rally } = props;
  const { next, units, minimum } = rally;
  if (isRallyOver(market.status)) return null;
  const missing = minimum - units;
  return (
    <p className="melt-next">
      {next ? (
        <>
          <b className="figures">{count(next.units - units)} more</b> and everybody pays{' '}
          <b className="figures">{points(next.price)}</b>
        </>
      ) : (
        <b>This is the lowest price.</b>
      )}
      {missing > 0 && (
        <span className="quiet">
          {count(missing)} of {count(minimum)} needed are still missing; below that nothing is sold.
        </span>
      )}
    </p>
  );
}

const saidOf = ({ status, opening_price: opening, price }: MarketDetail): string => {
  const from = price === opening ? '' : `, down from ${points(opening)}`;
  return isRallyOver(status) ? `The last price${from}` : `The same for all${from}`;
};

export function Melt(props: { readonly market: MarketDetail; readonly rally: Rally }) {
  const { market, rally } = props;
  const tiers = tiersOf(market);
  const notches = tiers.flatMap(({ units }) => (units > 0 ? [units] : []));
  const falls = useChanges(market.price);
  const joins = useChanges(rally.units);
  const isLit = market.status === 'open' && rally.next !== undefined;
  return (
    <section className="card melt first-sight" aria-labelledby="melt" data-lit={isLit}>
      <Candle
        price={market.price}
        opening={market.opening_price}
        tiers={tiers}
        isLit={isLit}
        falls={falls}
      />
      <div className="melt-says">
        <h2 id="melt" className="quiet">
          {saidOf(market)}
        </h2>
        <Figure market={market} />
        <NextStep market={market} rally={rally} />
        <div className="melt-bar">
          <p className="rally-line quiet figures">
            <span>
              <b key={joins} className={joins > 0 ? 'pop' : undefined}>
                {count(rally.units)}
              </b>{' '}
              of {count(rally.maximum)} units
            </span>
            <span>{count(market.holders)} in</span>
          </p>
          <RallyBar rally={rally} notches={notches} label="Units taken" />
        </div>
        <div className="melt-foot">
          {market.status === 'open' && market.ends_at !== undefined && (
            <Clockwork end={market.ends_at} />
          )}
          <ShareLink market={market} />
        </div>
      </div>
    </section>
  );
}
