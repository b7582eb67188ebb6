import { Link } from '@tanstack/react-router';
import { besideBadge, brief, count } from '../figures.js';
import { useLiveMarket } from '../hooks.js';
import { headPrice, leaderOf } from '../outcomes.js';
import type { Market } from '../wire.js';
import { Badge } from './badge.js';
import { ChangeSince, Price } from './price.js';
import { RallyMark, rallyWords } from './rally-mark.js';
import { StatusTag } from './states.js';
import { useVisible } from './visible.js';

/** What a list says below a title. */
function aside(market: Market): string {
  const { rally, status, outcomes, volume, trades, holders } = market;
  if (rally) return rallyWords(rally, holders);
  const leader = leaderOf(market)?.outcome;
  if (leader !== undefined) return `${leader} of ${outcomes.length} · ${brief(volume)} Points`;
  return `${brief(volume)} Points${status === 'open' ? ` · ${count(trades)} ${trades === 1 ? 'trade' : 'trades'}` : ''}`;
}

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
            <span>{aside(market)}</span>
          </span>
        </span>
        <Price mechanism={market.mechanism} price={headPrice(market)} />
        {market.rally ? (
          <RallyMark rally={market.rally} />
        ) : (
          <ChangeSince
            mechanism={market.mechanism}
            opening={market.opening_price}
            price={headPrice(market)}
          />
        )}
      </Link>
    </li>
  );
}
