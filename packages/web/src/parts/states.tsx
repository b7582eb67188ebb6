/** What stands where content will stand, could not come, or is not. */
import type { ReactNode } from 'react';
import { errorWords, STATUS_WORDS } from '../words.js';
import type { Status } from '../wire.js';

export function Failure(props: { readonly error: unknown; readonly retry: () => void }) {
  return (
    <div className="state" role="alert">
      <p>{errorWords(props.error)}</p>
      <button type="button" className="button" onClick={props.retry}>
        Try again
      </button>
    </div>
  );
}

export function Empty(props: { readonly children: ReactNode }) {
  return <div className="state quiet">{props.children}</div>;
}

/** Grey lines of the height of what they stand for, so that nothing jumps. */
export function Skeleton(props: { readonly lines: number; readonly height: number }) {
  return (
    <div className="skeleton" aria-busy="true" aria-label="Loading">
      {Array.from({ length: props.lines }, (_, index) => (
        <i key={index} style={{ height: props.height }} />
      ))}
    </div>
  );
}

export function StatusTag(props: { readonly status: Status }) {
  return (
    <span className="tag" data-status={props.status}>
      {STATUS_WORDS[props.status]}
    </span>
  );
}
