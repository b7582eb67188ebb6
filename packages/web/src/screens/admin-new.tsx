/** A new market of any kind. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useAct, useReadAgain } from '../house/acts.js';
import type { Typed } from '../house/drafts.js';
import { HouseFrame } from '../house/house-frame.js';
import { KINDS } from '../house/market-fields.js';
import { MarketForm } from '../house/market-form.js';
import { feesQuery } from '../house/queries-house.js';
import { usePageTitle } from '../hooks.js';
import { Failure, Skeleton } from '../parts/states.js';
import './market.css';
import '../sell/sell.css';

const START: Typed = {
  kind: 'cpmm',
  fields: KINDS.cpmm.start,
  tiers: [
    { units: '0', price: '100' },
    { units: '10', price: '90' },
  ],
};

function New() {
  const fees = useQuery(feesQuery());
  const navigate = useNavigate();
  const readAgain = useReadAgain();
  const act = useAct<{ readonly market: string }>('house/create', ({ market }) => {
    readAgain();
    void navigate({ to: '/admin/markets/$id', params: { id: market } });
  });
  if (fees.isError) return <Failure error={fees.error} retry={() => void fees.refetch()} />;
  if (!fees.data) return <Skeleton lines={8} height={40} />;
  return (
    <MarketForm
      start={START}
      isNew
      fees={fees.data}
      act={act}
      onSend={({ body }, { fields }) => {
        const id = (fields['id'] ?? '').trim();
        act.run({ path: '/v1/markets', body: id === '' ? body : { id, ...body } });
      }}
    />
  );
}

export function AdminNewPage() {
  usePageTitle('New market');
  return (
    <HouseFrame at="markets" title="New market" isInside>
      <New />
    </HouseFrame>
  );
}
