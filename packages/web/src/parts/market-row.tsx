import { Link } from '@tanstack/react-router';
import { besideBadge, brief, count } from '../figures.js';
import { useLiveMarket } from '../hooks.js';
import type { Market } from '../wire.js';
import { Badge } from './badge.js';
import { ChangeSince, Price } from './price.js';
import { StatusTag } from './states.js';
import { useVisible } from './visible.js';

/** One market in a list; its price is live while it can be seen. */
export function MarketRow(props: { readonly market: Market }) {
  const [watch, visible] = useVisible();
  const market = useLiveMarket(props.market, visible);
  return (
    <li ref={watch}>
      <Link to="/m/$id" params={{ id: market.id }} className="row" data-status={market.status}>
        <Badge id={market.id} title={market.title} />
        <span className="row-name">
          <b>{besideBadge(market.title)}</b>
          <span className="quiet">
            {market.status !== 'open' && <StatusTag status={market.status} />}
            <span>
              {brief(market.volume)} Points
              {market.status === 'open' && ` · ${count(market.trades)} trades`}
            </span>
          </span>
        </span>
        <Price mechanism={market.mechanism} price={market.price} />
        <ChangeSince
          mechanism={market.mechanism}
          opening={market.opening_price}
          price={market.price}
        />
      </Link>
    </li>
  );
}
