/** Where a trade is made: what I want, what it would cost, what became of it; or why nothing can be made now. */
import { useState } from 'react';
import { nodeNow } from '../api.js';
import { useNow } from '../clock.js';
import { hasSets } from '../figures.js';
import { useLivePosition, useMe } from '../me.js';
import { useWho } from '../session.js';
import { type Standing, standingOf } from '../standing.js';
import type { MarketDetail, Position } from '../wire.js';
import { errorWords } from '../words.js';
import { AccountLine, ComeIn } from './account.js';
import { Segments } from './segments.js';
import { SetsForm } from './sets-form.js';
import { StandingNote } from './standing-note.js';
import { LastOrder, TradeForm } from './trade-form.js';

interface Chosen {
  readonly market: MarketDetail;
  readonly outcome: string | undefined;
  readonly onOutcome: (outcome: string) => void;
}

type Tab = 'buy' | 'sell' | 'sets';

const TABS = [
  ['buy', 'Buy'],
  ['sell', 'Sell'],
] as const;
const ALL_TABS = [...TABS, ['sets', 'Sets']] as const;

function Forms(props: Chosen & { readonly standing: Standing; readonly position?: Position }) {
  const { market, outcome, onOutcome, standing, position } = props;
  const { who, points } = useMe();
  const [tab, setTab] = useState<Tab>('buy');
  const held = position?.shares.find((one) => one.outcome === outcome)?.shares;
  const adds = standing.may === 'all';
  return (
    <>
      <Segments<Tab>
        label="Side"
        value={tab}
        options={hasSets(market.mechanism) ? ALL_TABS : TABS}
        onChange={setTab}
      />
      {tab === 'sets' ? (
        <SetsForm
          market={market}
          position={position}
          points={points}
          isSignedIn={who !== undefined}
          isStopped={(verb) => verb === 'mint' && !adds}
        />
      ) : (
        <TradeForm
          key={tab}
          market={market}
          side={tab}
          outcome={outcome}
          onOutcome={onOutcome}
          purse={who && { points, held }}
          isStopped={tab === 'buy' && !adds}
        />
      )}
    </>
  );
}

export function Ticket(props: Chosen) {
  const { market } = props;
  const who = useWho();
  const account = useMe();
  const position = useLivePosition(market);
  useNow();
  const standing = standingOf(market, account.me?.frozen === true, nodeNow());
  return (
    <section className="card pad ticket" aria-labelledby="ticket">
      <div className="head-line">
        <h2 id="ticket">Trade</h2>
        {who && <AccountLine account={account} />}
      </div>
      {account.me === undefined && account.error !== null && (
        <p className="fault" role="alert">
          {errorWords(account.error)}
        </p>
      )}
      <StandingNote standing={standing} />
      {standing.may !== 'nothing' && (
        <Forms {...props} standing={standing} {...(position && { position })} />
      )}
      {who === undefined && standing.may !== 'nothing' && <ComeIn />}
      <LastOrder market={market.id} />
    </section>
  );
}
