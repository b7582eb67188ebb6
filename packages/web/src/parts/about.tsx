import type { ReactNode } from 'react';
import { brief, count, day, points, shares } from '../figures.js';
import { isMany } from '../outcomes.js';
import type { MarketDetail } from '../wire.js';

export function Line(props: { readonly says: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{props.says}</dt>
      <dd className="figures">{props.children}</dd>
    </>
  );
}

export const percent = (bps: number): string => `${bps / 100}%`;

/** The figures behind the price. */
export function MarketFigures(props: { readonly market: MarketDetail }) {
  const { market } = props;
  return (
    <section className="card pad" aria-labelledby="figures">
      <h2 id="figures">Figures</h2>
      <dl className="lines">
        <Line says="Traded">{brief(market.volume)} Points</Line>
        <Line says="Trades">{count(market.trades)}</Line>
        <Line says="Holders">{count(market.holders)}</Line>
        <Line says="Fee">{percent(market.fee_bps)}</Line>
        {market.fundamental !== undefined && (
          <Line says="Fundamental">{points(market.fundamental)} Points</Line>
        )}
        {market.supply !== undefined && <Line says="Shares out">{shares(market.supply)}</Line>}
        {market.fundamental === undefined &&
          !isMany(market) &&
          market.outcomes.map((one) => (
            <Line key={one.outcome ?? ''} says={`${one.outcome ?? ''} held by players`}>
              {shares(one.held)}
            </Line>
          ))}
        {market.fundamental === undefined &&
          !isMany(market) &&
          market.pool?.reserves.map((one) => (
            <Line key={one.outcome ?? ''} says={`${one.outcome ?? ''} in the pool`}>
              {shares(one.amount)}
            </Line>
          ))}
        <Line says="Held in escrow">{points(market.escrow)} Points</Line>
        {market.opened_at !== undefined && <Line says="Opened">{day(market.opened_at)}</Line>}
        {market.ended_at !== undefined && <Line says="Ended">{day(market.ended_at)}</Line>}
        <Line says="Last change">entry {count(market.seq)}</Line>
      </dl>
    </section>
  );
}

export function Rules(props: { readonly market: MarketDetail }) {
  const rules = props.market.text?.rules?.trim();
  if (rules === undefined || rules === '') return null;
  return (
    <section className="card pad" aria-labelledby="rules">
      <h2 id="rules">Rules</h2>
      <p className="rules">{rules}</p>
    </section>
  );
}
