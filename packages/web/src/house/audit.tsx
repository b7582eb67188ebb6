/** What admins and the operator did, newest first: read back from the journal. */
import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { count, day, shortId } from '../figures.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { useWho } from '../session.js';
import { errorWords } from '../words.js';
import { type Sheet, saveSheet } from './audit-sheet.js';
import { auditQuery } from './queries-house.js';
import type { Act } from './wire-house.js';

const OF_A_MARKET =
  /^(create_market|edit_draft|open|pause|resume|close|extend|resolve|cancel|confirm|fund)$/;

function Target(props: { readonly act: Act }) {
  const { target, act } = props.act;
  if (target === undefined) return '–';
  if (!OF_A_MARKET.test(act)) return <code>{shortId(target)}</code>;
  return (
    <Link to="/admin/markets/$id" params={{ id: target }}>
      {shortId(target)}
    </Link>
  );
}

const COLUMNS: readonly Column<Act>[] = [
  { id: 'at', name: 'When', cell: ({ at }) => <time dateTime={at}>{day(at)}</time> },
  { id: 'by', name: 'Who', cell: ({ handle, by }) => handle ?? shortId(by) },
  {
    id: 'act',
    name: 'What',
    cell: ({ act, refused }) => (
      <>
        {act.replaceAll('_', ' ')}
        {refused !== undefined && (
          <>
            {' '}
            <span className="tag" data-status="cancelled">
              {refused.replaceAll('_', ' ')}
            </span>
          </>
        )}
      </>
    ),
  },
  { id: 'target', name: 'On', cell: (act) => <Target act={act} /> },
  {
    id: 'reason',
    name: 'Why',
    cell: ({ reason }) => <span className="cell-reason">{reason ?? ''}</span>,
    isWide: true,
  },
  { id: 'seq', name: 'Entry', cell: ({ seq }) => count(seq), isFigure: true, isWide: true },
];

const savedWords = ({ acts, isWhole }: Sheet): string =>
  isWhole
    ? `${count(acts)} acts are saved.`
    : `The newest ${count(acts)} acts are saved; there are more.`;

export function Audit() {
  const who = useWho();
  const query = useInfiniteQuery(auditQuery(who?.id ?? ''));
  const saved = useMutation({ mutationFn: saveSheet });
  return (
    <>
      <div className="house-line">
        <Button variant="default" loading={saved.isPending} onClick={() => saved.mutate()}>
          Save as CSV
        </Button>
        <span className="quiet" role="status">
          {saved.data && savedWords(saved.data)}
          {saved.isError && errorWords(saved.error)}
        </span>
      </div>
      <section className="card pad">
        <DataTable
          caption="What was done"
          columns={COLUMNS}
          rows={query.data?.pages.flatMap((page) => page.items)}
          keyOf={({ seq }) => String(seq)}
          empty="Nothing was done yet."
          error={query.error}
          onRetry={() => void query.refetch()}
          onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          isReadingMore={query.isFetchingNextPage}
        />
      </section>
    </>
  );
}
