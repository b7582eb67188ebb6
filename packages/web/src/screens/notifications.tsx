/** What I was told, newest first, and the prices I wait for. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { post } from '../api.js';
import { usePageTitle } from '../hooks.js';
import { noticeSentence } from '../notice-words.js';
import { useNotices } from '../notices.js';
import { Alerts } from '../parts/alerts.js';
import { TimeAgo } from '../parts/figures.js';
import { MarketName } from '../parts/market-name.js';
import { Empty, Failure, SignedOut, Skeleton } from '../parts/states.js';
import { noticesQuery } from '../people-queries.js';
import type { Notice } from '../people-wire.js';
import { useWho } from '../session.js';
import { toast } from '../toast.js';
import { errorWords } from '../words.js';
import './people.css';

/** Whether a place lies after another: `123.0` is a seq and a number within it. */
export function isAfter(place: string, other: string): boolean {
  const [seq = 0, n = 0] = place.split('.').map(Number);
  const [otherSeq = 0, otherN = 0] = other.split('.').map(Number);
  return seq > otherSeq || (seq === otherSeq && n > otherN);
}

function NoticeLine(props: { readonly notice: Notice; readonly isUnread: boolean }) {
  const { notice, isUnread } = props;
  return (
    <li className="notice" data-unread={isUnread}>
      <span>
        {isUnread && <b className="unread">Unread</b>}
        {notice.market !== undefined && (
          <>
            <MarketName id={notice.market} />:{' '}
          </>
        )}
        {noticeSentence(notice)}
      </span>
      <TimeAgo at={notice.at} />
    </li>
  );
}

function Told(props: { readonly who: string }) {
  const queries = useQueryClient();
  const { query, noticed, unread } = useNotices(props.who);
  const notices = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const readTo = query.data?.pages[0]?.read_to ?? '0.0';
  const newest = notices[0]?.place;
  const read = useMutation({
    mutationFn: () => post('/v1/me/notifications/read', { up_to: newest ?? '0.0' }),
    onError: (error) => void toast({ says: errorWords(error), tone: 'bad' }),
    onSettled: () => void queries.invalidateQueries({ queryKey: noticesQuery(props.who).queryKey }),
  });
  return (
    <section className="card pad" aria-labelledby="told">
      <div className="head-line">
        <h2 id="told">{unread === undefined || unread === 0 ? 'Told' : `${unread} unread`}</h2>
        <button
          type="button"
          className="button small"
          disabled={newest === undefined || unread === 0 || read.isPending}
          onClick={() => read.mutate()}
        >
          Mark all read
        </button>
      </div>
      {query.isPending && noticed > 0 && <Skeleton lines={4} height={36} />}
      {query.isError && !query.data && (
        <Failure error={query.error} retry={() => void query.refetch()} />
      )}
      {query.data && notices.length === 0 && (
        <Empty>
          Nothing yet. When a market pays you, a rally you joined gets cheaper or a price you wait
          for is there, it stands here.
        </Empty>
      )}
      {noticed === 0 && <Empty>Waiting for the node. One without tables keeps no notices.</Empty>}
      <ul>
        {notices.map((notice) => (
          <NoticeLine key={notice.id} notice={notice} isUnread={isAfter(notice.place, readTo)} />
        ))}
      </ul>
      {query.hasNextPage && (
        <button
          type="button"
          className="button"
          disabled={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Show more
        </button>
      )}
    </section>
  );
}

export function NotificationsPage() {
  usePageTitle('Notifications');
  const who = useWho();
  return (
    <div className="stack">
      <h1>Notifications</h1>
      {who === undefined ? (
        <div className="card">
          <SignedOut>What you are told stands here, and the prices you wait for.</SignedOut>
        </div>
      ) : (
        <>
          <Told who={who.id} />
          <Alerts who={who.id} />
        </>
      )}
    </div>
  );
}
