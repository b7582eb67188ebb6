/** What is done behind everybody's back: how much waits, what failed and why, what comes when. */
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../api.js';
import { count } from '../figures.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { TimeAgo } from '../parts/figures.js';
import { Countdown } from '../parts/countdown.js';
import { Empty, Failure, Skeleton } from '../parts/states.js';
import { useWho } from '../session.js';
import { ActButton } from './acts.js';
import { jobsQuery } from './queries-house.js';
import type { FailedJob, Jobs as JobsTold } from './wire-house.js';

const QUEUES: readonly Column<JobsTold['queues'][number]>[] = [
  { id: 'queue', name: 'Queue', cell: ({ queue }) => queue, by: ({ queue }) => queue },
  { id: 'state', name: 'State', cell: ({ state }) => state, by: ({ state }) => state },
  {
    id: 'count',
    name: 'Jobs',
    cell: (one) => count(one.count),
    by: (one) => one.count,
    isFigure: true,
  },
];

const SCHEDULE: readonly Column<JobsTold['schedule'][number]>[] = [
  { id: 'task', name: 'Task', cell: ({ task }) => task.replaceAll('_', ' ') },
  {
    id: 'last',
    name: 'Last',
    cell: ({ last }) => (last === null ? 'not yet' : <TimeAgo at={last} />),
    isFigure: true,
  },
  { id: 'next', name: 'Next in', cell: ({ next }) => <Countdown end={next} />, isFigure: true },
];

function Failed(props: { readonly job: FailedJob }) {
  const { id, queue, reason, attempts, failed_at: at } = props.job;
  return (
    <li className="house-line spread">
      <span className="grow">
        <b>{queue}</b> <TimeAgo at={at} />
        <span className="quiet break">
          after {count(attempts)} attempts: {reason}
        </span>
      </span>
      <ActButton
        label="Try again"
        title="Try a job again"
        verb="Try again"
        path={`/v1/admin/jobs/${id}/retry`}
        done="It is tried again."
      >
        <p>
          {queue} failed: {reason}
        </p>
      </ActButton>
    </li>
  );
}

function Told(props: { readonly jobs: JobsTold }) {
  const { jobs } = props;
  return (
    <>
      {!jobs.delivers && (
        <p className="note">
          Another node delivers, or this is a copy that writes to nobody: here nothing is sent.
        </p>
      )}
      <section className="card pad" aria-labelledby="failed">
        <h2 id="failed">Failed</h2>
        {jobs.failed.length === 0 && <Empty>Nothing has failed for good.</Empty>}
        <ul className="stack tight">
          {jobs.failed.map((job) => (
            <Failed key={job.id} job={job} />
          ))}
        </ul>
      </section>
      <section className="card pad" aria-labelledby="queues">
        <h2 id="queues">Queues</h2>
        <DataTable
          caption="Queues"
          columns={QUEUES}
          rows={jobs.queues}
          keyOf={({ queue, state }) => `${queue} ${state}`}
          empty="Nothing waits."
        />
      </section>
      <section className="card pad" aria-labelledby="schedule">
        <h2 id="schedule">Every so often</h2>
        <DataTable
          caption="Schedule"
          columns={SCHEDULE}
          rows={jobs.schedule}
          keyOf={({ task }) => task}
          empty="Nothing."
        />
      </section>
    </>
  );
}

export function Jobs() {
  const who = useWho();
  const query = useQuery(jobsQuery(who?.id ?? ''));
  if (query.data) return <Told jobs={query.data} />;
  if (query.error instanceof ApiError && query.error.status === 404) {
    return (
      <section className="card">
        <Empty>This node keeps no tables, so it has no jobs.</Empty>
      </section>
    );
  }
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Skeleton lines={6} height={36} />;
}
