/** One market as the house keeps it: where it stands, its terms, what waits, and what can be done. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../api.js';
import { count, day, points, priceText, shortId } from '../figures.js';
import { useAct, useReadAgain } from '../house/acts.js';
import { typedOf } from '../house/drafts.js';
import { HouseFrame, useHouse } from '../house/house-frame.js';
import { MarketActs } from '../house/market-acts.js';
import { MarketForm } from '../house/market-form.js';
import { ProposalCard } from '../house/proposal.js';
import { feesQuery } from '../house/queries-house.js';
import { usePageTitle } from '../hooks.js';
import { Line, percent, Rules } from '../parts/about.js';
import { useFreshMarket } from '../parts/fresh-detail.js';
import { Empty, Failure, Skeleton, StatusTag } from '../parts/states.js';
import { marketQuery } from '../queries.js';
import { toast } from '../toast.js';
import type { MarketDetail } from '../wire.js';
import { resultSentence, statusSentence } from '../words.js';
import './market.css';
import '../sell/sell.css';

const PRICES = 12;

function closingWords({ closing, ends_at: end }: MarketDetail): string {
  if (end !== undefined && closing?.minutes !== undefined) {
    return `${day(end)}, ${closing.minutes} min after its end`;
  }
  return end === undefined ? 'by hand' : day(end);
}

function Figures(props: { readonly market: MarketDetail }) {
  const { market } = props;
  const { risk = {}, sponsor } = market;
  return (
    <section className="card pad" aria-labelledby="figures">
      <h2 id="figures">Figures</h2>
      <dl className="lines">
        {market.outcomes.slice(0, PRICES).map(({ outcome, price }) => (
          <Line key={outcome ?? ''} says={outcome ?? 'Price'}>
            {priceText(market.mechanism, price)}
          </Line>
        ))}
        {market.rally && (
          <Line says="Units taken">
            {count(market.rally.units)} of {count(market.rally.maximum)}
          </Line>
        )}
        <Line says="Sponsor">{sponsor === 'treasury' ? 'treasury' : shortId(sponsor)}</Line>
        <Line says="Held in escrow">{points(market.escrow)}</Line>
        <Line says="Due to holders">{points(market.due)}</Line>
        <Line says="Fees here">{points(market.fees)}</Line>
        <Line says="Fee">{percent(market.fee_bps)}</Line>
        <Line says="Holders">{count(market.holders)}</Line>
        <Line says="Closes">{closingWords(market)}</Line>
        {market.opens_at !== undefined && <Line says="Opens">{day(market.opens_at)}</Line>}
        <Line says="Second person">{market.two_person === true ? 'needed' : 'not needed'}</Line>
        {market.refund_cap !== '0' && <Line says="Refund cap">{points(market.refund_cap)}</Line>}
        {Object.entries(risk).map(([name, value]) => (
          <Line key={name} says={name.replaceAll('_', ' ')}>
            {String(value)}
          </Line>
        ))}
      </dl>
    </section>
  );
}

function Edit(props: { readonly market: MarketDetail; readonly onEnd: () => void }) {
  const { market, onEnd } = props;
  const fees = useQuery(feesQuery());
  const readAgain = useReadAgain();
  const act = useAct(`house/edit/${market.id}`, () => {
    readAgain();
    onEnd();
    void toast({ says: 'The draft is saved.', tone: 'good' });
  });
  if (!fees.data) return <Skeleton lines={8} height={40} />;
  return (
    <MarketForm
      start={typedOf(market)}
      isNew={false}
      fees={fees.data}
      act={act}
      onSend={({ body }) => act.run({ path: `/v1/markets/${market.id}`, method: 'PATCH', body })}
    />
  );
}

function Kept(props: { readonly read: MarketDetail }) {
  const market = useFreshMarket(props.read);
  usePageTitle(market.title);
  const [isEditing, setEditing] = useState(false);
  const proposal = useHouse().data?.proposals.find((one) => one.market === market.id);
  const result = resultSentence(market);
  return (
    <>
      <div className="house-line">
        <StatusTag status={market.status} />
        <span className="quiet">{statusSentence(market)}</span>
        <Link to="/m/$id" params={{ id: market.id }} className="quiet">
          Its page
        </Link>
      </div>
      {result !== undefined && <p className="note result">{result}</p>}
      {proposal && <ProposalCard proposal={proposal} />}
      {isEditing ? (
        <>
          <div>
            <Button variant="default" onClick={() => setEditing(false)}>
              Leave it as it is
            </Button>
          </div>
          <Edit market={market} onEnd={() => setEditing(false)} />
        </>
      ) : (
        <>
          <section className="card pad" aria-labelledby="acts">
            <h2 id="acts">What can be done</h2>
            <MarketActs market={market} onEdit={() => setEditing(true)} />
          </section>
          <Figures market={market} />
          <Rules market={market} />
        </>
      )}
    </>
  );
}

export function AdminMarketPage() {
  const { id } = useParams({ from: '/admin/markets/$id' });
  const market = useQuery(marketQuery(id));
  const isMissing = market.error instanceof ApiError && market.error.status === 404;
  return (
    <HouseFrame at="markets" title={market.data?.title ?? 'Market'} isInside>
      {market.isPending && <Skeleton lines={6} height={40} />}
      {isMissing && <Empty>There is no market with this id.</Empty>}
      {market.isError && !isMissing && !market.data && (
        <Failure error={market.error} retry={() => void market.refetch()} />
      )}
      {market.data && <Kept key={id} read={market.data} />}
    </HouseFrame>
  );
}
