/** Every outcome of a market of many, with its price; the chosen one is drawn and traded. */
import { useState } from 'react';
import { isChance, priceText, shares } from '../figures.js';
import { byChance } from '../outcomes.js';
import type { MarketDetail, OutcomeState } from '../wire.js';

/** So many fill a phone; the rest is a tap away. */
const SHOWN = 8;

function OutcomeLine(props: {
  readonly market: MarketDetail;
  readonly one: OutcomeState;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}) {
  const { market, one } = props;
  const width = isChance(market.mechanism) ? `${Number(one.price) * 100}%` : '0';
  return (
    <li>
      <button
        type="button"
        className="outcome"
        aria-pressed={props.chosen}
        onClick={props.onChoose}
      >
        <b>{one.outcome}</b>
        <span className="quiet figures">{shares(one.held)} held</span>
        <span className="figures outcome-price">{priceText(market.mechanism, one.price)}</span>
        <i aria-hidden="true">
          <i style={{ width }} />
        </i>
      </button>
    </li>
  );
}

export function OutcomeList(props: {
  readonly market: MarketDetail;
  readonly outcome: string | undefined;
  readonly onOutcome: (outcome: string) => void;
}) {
  const { market, outcome, onOutcome } = props;
  // The order of the first sight stays: a line that jumps cannot be tapped.
  const [names] = useState(() => byChance(market.outcomes).map((one) => one.outcome));
  const [all, setAll] = useState(false);
  const shown = all ? names : names.slice(0, SHOWN);
  const known = new Map(market.outcomes.map((one) => [one.outcome, one]));
  return (
    <section className="card pad first-sight" aria-labelledby="outcomes">
      <h2 id="outcomes">Outcomes</h2>
      <ul className="outcomes">
        {shown.flatMap((name) => {
          const one = known.get(name);
          if (!one || name === undefined) return [];
          return (
            <OutcomeLine
              key={name}
              market={market}
              one={one}
              chosen={name === outcome}
              onChoose={() => onOutcome(name)}
            />
          );
        })}
      </ul>
      {names.length > SHOWN && (
        <button type="button" className="button more" onClick={() => setAll(!all)}>
          {all ? 'Show the likeliest' : `Show all ${names.length}`}
        </button>
      )}
    </section>
  );
}
