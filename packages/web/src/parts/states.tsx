/** What stands where content will stand, could not come, or is not. */
import { Link } from '@tanstack/react-router';
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

/** Nothing is here yet; `action` is what would bring something. */
export function Empty(props: { readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className="state quiet">
      <div>{props.children}</div>
      {props.action}
    </div>
  );
}

/** What is only for who is in; he comes back here afterwards. */
export function SignedOut(props: { readonly children: ReactNode }) {
  return (
    <div className="state">
      <p>{props.children}</p>
      <p>
        <Link to="/sign-in" className="button small accent">
          Sign in
        </Link>{' '}
        <Link to="/sign-up" className="button small">
          Open an account
        </Link>
      </p>
    </div>
  );
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

/** Where cards will stand. */
export function CardSkeletons(props: { readonly count: number }) {
  return (
    <div className="card-skeletons" aria-busy="true" aria-label="Loading">
      {Array.from({ length: props.count }, (_, index) => (
        <div key={index} className="card">
          <Skeleton lines={3} height={20} />
        </div>
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
