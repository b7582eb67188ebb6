/** A page that broke: what it says, and another try. The frame around it stays. */
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { ApiError } from '../api.js';
import { errorWords } from '../words.js';

/** The code of a page that is not there any more: the node was updated while this page was open. */
const isStaleCode = (error: unknown): boolean =>
  error instanceof Error && /dynamically imported module|module script/i.test(error.message);

export function PageFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const stale = isStaleCode(error);
  const retry = (): void => {
    if (stale) return location.reload();
    reset();
    void router.invalidate();
  };
  return (
    <div className="state" role="alert">
      <h1>This page broke</h1>
      <p>{stale ? 'A part of it could not be loaded.' : errorWords(error)}</p>
      {error instanceof ApiError && error.requestId !== undefined && (
        <p className="quiet">
          Request <code>{error.requestId}</code>
        </p>
      )}
      <button type="button" className="button" onClick={retry}>
        {stale ? 'Reload' : 'Try again'}
      </button>
    </div>
  );
}
