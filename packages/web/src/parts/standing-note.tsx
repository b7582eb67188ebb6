import type { Standing } from '../standing.js';
import { Countdown } from './countdown.js';

/** Why I can do less than usual, and for how long. */
export function StandingNote(props: { readonly standing: Standing }) {
  const { says, until } = props.standing;
  if (says === undefined) return null;
  return (
    <p className="note standing" role="status" data-tone="warn">
      {says}
      {until !== undefined && (
        <>
          {' '}
          <b>
            <Countdown end={until} /> left
          </b>
        </>
      )}
    </p>
  );
}
