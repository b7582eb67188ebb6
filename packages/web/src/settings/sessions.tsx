/** Where I am signed in. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api.js';
import { day } from '../figures.js';
import { ConfirmDialog } from '../parts/confirm-dialog.js';
import { TimeAgo } from '../parts/figures.js';
import { Failure, Skeleton } from '../parts/states.js';
import { sessionsQuery } from '../people-queries.js';
import type { OwnSession } from '../people-wire.js';
import { toast } from '../toast.js';
import { errorWords } from '../words.js';
import { agentWords } from './agent.js';

const says = (error: unknown): void => void toast({ says: errorWords(error), tone: 'bad' });

function SessionLine(props: { readonly session: OwnSession; readonly onEnd: () => void }) {
  const { session } = props;
  const name = agentWords(session.agent);
  return (
    <li className="notice">
      <span>
        <b title={session.agent}>{name}</b>
        {session.is_this && <span className="tag own">This one</span>}
        <span className="quiet set-line">
          Used <TimeAgo at={session.used} /> · since {day(session.created)}
        </span>
      </span>
      {!session.is_this && (
        <button type="button" className="button small" onClick={props.onEnd}>
          End<span className="hidden"> the session of {name}</span>
        </button>
      )}
    </li>
  );
}

export function Sessions(props: { readonly who: string }) {
  const queries = useQueryClient();
  const sessions = useQuery(sessionsQuery(props.who));
  const [isAsked, setAsked] = useState(false);
  const onSettled = (): void =>
    void queries.invalidateQueries({ queryKey: sessionsQuery(props.who).queryKey });
  const end = useMutation({
    mutationFn: (id: string) => call(`/v1/me/sessions/${id}`, { method: 'DELETE', body: {} }),
    onError: says,
    onSettled,
  });
  const endOthers = useMutation({
    mutationFn: () =>
      call<{ readonly ended: number }>('/v1/me/sessions', { method: 'DELETE', body: {} }),
    onSuccess: ({ ended }) => {
      setAsked(false);
      void toast({ says: `${ended} ${ended === 1 ? 'session' : 'sessions'} ended.` });
    },
    onSettled,
  });
  const items = sessions.data?.items;
  const others = items?.filter((one) => !one.is_this).length ?? 0;
  return (
    <section className="card pad" aria-labelledby="sessions">
      <div className="head-line">
        <h2 id="sessions">Sessions</h2>
        <button
          type="button"
          className="button small"
          disabled={others === 0}
          onClick={() => setAsked(true)}
        >
          End all others
        </button>
      </div>
      {sessions.isPending && <Skeleton lines={2} height={44} />}
      {sessions.isError && <Failure error={sessions.error} retry={() => void sessions.refetch()} />}
      <ul>
        {items?.map((one) => (
          <SessionLine key={one.id} session={one} onEnd={() => end.mutate(one.id)} />
        ))}
      </ul>
      <ConfirmDialog
        isOpen={isAsked}
        title="End all other sessions"
        verb="End them"
        isBusy={endOthers.isPending}
        fault={endOthers.error === null ? undefined : errorWords(endOthers.error)}
        onConfirm={() => endOthers.mutate()}
        onClose={() => setAsked(false)}
      >
        <p>Every browser but this one is signed out within seconds. API keys go on working.</p>
      </ConfirmDialog>
    </section>
  );
}
