/** Commands that broke the engine once and are never decided again: on this node. */
import { useQuery } from '@tanstack/react-query';
import { count } from '../figures.js';
import { Empty, Failure, Skeleton } from '../parts/states.js';
import { useWho } from '../session.js';
import { quarantineQuery } from './queries-house.js';

export function QuarantineList() {
  const who = useWho();
  const { data, isError, error, refetch } = useQuery(quarantineQuery(who?.id ?? ''));
  if (!data && isError) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton lines={3} height={44} />;
  return (
    <>
      <p className="quiet">
        A command that breaks the engine is a bug of ours. It is not done, the world is made anew
        from the journal, and the command stands here: it is never decided again on this node.
      </p>
      <section className="card pad">
        {data.count === 0 && <Empty>Nothing stands in quarantine.</Empty>}
        <ul className="stack">
          {data.items.map(({ hash, reason }) => (
            <li key={hash}>
              <p className="break">
                {reason === '' ? 'The words were torn off by a crash.' : reason}
              </p>
              <code className="quiet break">{hash}</code>
            </li>
          ))}
        </ul>
        {data.count > data.items.length && (
          <p className="quiet">The newest of {count(data.count)}.</p>
        )}
      </section>
    </>
  );
}
