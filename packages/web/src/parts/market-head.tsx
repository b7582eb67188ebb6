/** What a market is called, where it stands, and its one great figure. */
import { nodeNow } from '../api.js';
import { useNow } from '../clock.js';
import { besideBadge, clock, isChance, points } from '../figures.js';
import { headPrice, leaderOf } from '../outcomes.js';
import type { MarketDetail } from '../wire.js';
import { resultSentence, statusSentence } from '../words.js';
import { Badge } from './badge.js';
import { ChangeSince, Price } from './price.js';
import { StatusTag } from './states.js';

/** What the great figure is: a chance or a price, of now or the last. */
function priceMeans(market: MarketDetail): string {
  const { mechanism, status, outcomes, rally } = market;
  const isOver = status !== 'open' && status !== 'paused';
  if (rally) return isOver ? 'last price, Points a unit' : 'Points a unit, the same for all';
  const named = leaderOf(market)?.outcome ?? outcomes[0]?.outcome;
  if (!isOver) return isChance(mechanism) ? `chance of ${named ?? 'it'}` : 'Points a share';
  const paid = status === 'resolved' || status === 'settled';
  const which = paid ? 'final price' : 'last price';
  return named === undefined ? `${which}, Points a share` : `${which} of ${named}`;
}

/** A rally's price only falls, and that is good: it is said, not painted red. */
function PriceSays(props: { readonly market: MarketDetail }) {
  const { market } = props;
  const { mechanism, opening_price: opening, price, rally } = market;
  if (rally) {
    const from = price === opening ? '' : `, down from ${points(opening)}`;
    return <span className="quiet">{`${priceMeans(market)}${from}`}</span>;
  }
  return (
    <span className="quiet">
      <ChangeSince mechanism={mechanism} opening={opening} price={headPrice(market)} />{' '}
      {priceMeans(market)}
    </span>
  );
}

/** What the exchange says of a price: that it moved too fast to buy, or that it is all but certain. */
function RiskTags(props: { readonly market: MarketDetail }) {
  const { halted_until: halted, extreme, status } = props.market;
  useNow();
  const isHalted = status === 'open' && nodeNow() < Date.parse(halted ?? '');
  return (
    <>
      {isHalted && halted !== undefined && (
        <>
          <span className="tag" data-status="paused" role="status">
            Buying rests until {clock(halted)}
          </span>{' '}
        </>
      )}
      {extreme && (
        <>
          <span className="tag">All but certain</span>{' '}
        </>
      )}
    </>
  );
}

export function MarketHead(props: { readonly market: MarketDetail }) {
  const { market } = props;
  const result = resultSentence(market);
  return (
    <div className="market-head">
      <div className="market-title">
        <Badge id={market.id} title={market.title} />
        <div>
          <h1>{besideBadge(market.title)}</h1>
          <p className="quiet">
            <StatusTag status={market.status} /> <RiskTags market={market} />
            {statusSentence(market)}
          </p>
        </div>
      </div>
      <div className="market-price">
        <Price mechanism={market.mechanism} price={headPrice(market)} />
        <PriceSays market={market} />
      </div>
      {result !== undefined && <p className="note result">{result}</p>}
    </div>
  );
}
