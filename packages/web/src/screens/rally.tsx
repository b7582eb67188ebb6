/** The room of a rally: the ladder, who joined, how to join, and in the end what everybody paid. */
import { Rules } from '../parts/about.js';
import { JoinBox } from '../parts/join-box.js';
import { Joins } from '../parts/joins.js';
import { Ladder } from '../parts/ladder.js';
import { Melt } from '../parts/melt.js';
import { RallyFigures } from '../parts/rally-figures.js';
import { Receipt } from '../parts/receipt.js';
import { isRallyOver } from '../rallies.js';
import type { MarketDetail, Rally } from '../wire.js';

export function RallyRoom(props: { readonly market: MarketDetail; readonly rally: Rally }) {
  const { market, rally } = props;
  return (
    <div className="market-main">
      <div className="column">
        <Melt market={market} rally={rally} />
        <Ladder market={market} rally={rally} />
        <Joins market={market.id} members={market.holders} />
        <Rules market={market} />
      </div>
      <div className="column">
        {isRallyOver(market.status) ? (
          <Receipt id={market.id} />
        ) : (
          <JoinBox market={market} rally={rally} />
        )}
        <RallyFigures market={market} rally={rally} />
      </div>
    </div>
  );
}
