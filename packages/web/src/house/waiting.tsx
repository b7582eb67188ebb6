/** What waits for a second person: for me, and what I have proposed myself. */
import { useMe } from '../me.js';
import { Empty, Failure, Skeleton } from '../parts/states.js';
import { useHouse } from './house-frame.js';
import { ProposalCard } from './proposal.js';

export function Waiting() {
  const me = useMe().me?.account;
  const { data, error, refetch } = useHouse();
  if (!data && error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton lines={3} height={80} />;
  const forMe = data.proposals.filter(({ by }) => by !== me);
  const mine = data.proposals.filter(({ by }) => by === me);
  return (
    <>
      {forMe.map((one) => (
        <ProposalCard key={one.market} proposal={one} />
      ))}
      {forMe.length === 0 && (
        <section className="card">
          <Empty>Nothing waits for you.</Empty>
        </section>
      )}
      {mine.length > 0 && <h2>Proposed by you</h2>}
      {mine.map((one) => (
        <ProposalCard key={one.market} proposal={one} />
      ))}
    </>
  );
}
