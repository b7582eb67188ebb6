import { Empty, Failure, Skeleton } from './states.js';
import { FactList } from './fact-list.js';
import { useFacts } from './use-facts.js';
import type { Fact } from '../wire.js';

const SHOWN = 10;

/** Goals of every kind; cards have their place beside their stock. */
const isGoal = ({ kind }: Fact): boolean => kind?.includes('goal') ?? false;

/** The goals of all markets, newest first; a new one flashes in. */
export function LastGoals() {
  const { query, freshFrom } = useFacts('global');
  const facts = query.data?.items.filter(isGoal).slice(0, SHOWN) ?? [];
  return (
    <section aria-labelledby="goals" className="goals">
      <h2 id="goals">Last goals</h2>
      <div className="card">
        {query.isPending && <Skeleton lines={5} height={40} />}
        {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
        {query.data && facts.length === 0 && <Empty>No goal yet. The first one shows here.</Empty>}
        {facts.length > 0 && <FactList facts={facts} freshFrom={freshFrom} named />}
      </div>
    </section>
  );
}
