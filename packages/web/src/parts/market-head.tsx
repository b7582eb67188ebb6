/** What a market is called, where it stands, and its one great figure. */
import { nodeNow } from '../api.js';
import { useNow } from '../clock.js';
import { besideBadge, clock, isChance } from '../figures.js';
import { headPrice, leaderOf } from '../outcomes.js';
import { proposalSentence } from '../standing.js';
import type { MarketDetail, Status } from '../wire.js';
import { resultSentence, statusSentence } from '../words.js';
import { Badge } from './badge.js';
import { ChangeSince, Price } from './price.js';
import { StatusTag } from './states.js';

/** Nothing was ever traded at another price, or all of it was given back. */
const AS_OPENED: ReadonlySet<Status> = new Set(['draft', 'refunded']);
const OPENING = 'opening price';

/** What the great figure is: a chance or a price, of now or the last. */
function priceMeans(market: MarketDetail): string {
  const { mechanism, status, outcomes } = market;
  const named = leaderOf(market)?.outcome ?? outcomes[0]?.outcome;
  if (AS_OPENED.has(status))
    return named === undefined ? `${OPENING}, Points a share` : `${OPENING} of ${named}`;
  const isOver = status !== 'open' && status !== 'paused';
  if (!isOver) return isChance(mechanism) ? `chance of ${named ?? 'it'}` : 'Points a share';
  const paid = status === 'resolved' || status === 'settled';
  const which = paid ? 'final price' : 'last price';
  return named === undefined ? `${which}, Points a share` : `${which} of ${named}`;
}

function PriceSays(props: { readonly market: MarketDetail }) {
  const { market } = props;
  const { mechanism, opening_price: opening } = market;
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

/** What has been decided, or is about to be. */
function Verdict(props: { readonly market: MarketDetail }) {
  const { market } = props;
  const result = resultSentence(market);
  const proposal = proposalSentence(market);
  const isBack = market.refund !== undefined;
  return (
    <>
      {proposal !== undefined && (
        <p className="note proposal" role="status" data-tone="warn">
          {proposal}
        </p>
      )}
      {result !== undefined && (
        <div className="note result">
          <p>{result}</p>
          {isBack && (
            <p className="quiet">
              {market.rally
                ? 'Each account got back all that it had put in.'
                : 'Each account gets back what it had put in less what it had taken out, whether it still holds shares or not. Nobody has to give winnings back.'}
            </p>
          )}
        </div>
      )}
    </>
  );
}

export function MarketHead(props: { readonly market: MarketDetail }) {
  const { market } = props;
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
      {/* A rally's price has a place of its own. */}
      {!market.rally && (
        <div className="market-price">
          <Price mechanism={market.mechanism} price={headPrice(market)} />
          <PriceSays market={market} />
        </div>
      )}
      <Verdict market={market} />
    </div>
  );
}
