/** How far a rally is, to glance at: a bar that fills, and what it needs next. */
import { count, points } from '../figures.js';
import type { Rally } from '../wire.js';

/** "12 of 40 units · 5 members". */
export const rallyWords = ({ units, maximum }: Rally, members: number): string =>
  `${count(units)} of ${count(maximum)} units · ${count(members)} in`;

/** "3 more: 60.00". */
export function nextWords({ next, units }: Rally): string {
  if (!next) return 'lowest price';
  return `${count(next.units - units)} more: ${points(next.price)}`;
}

export function RallyMark(props: { readonly rally: Rally }) {
  return <span className="change rally-mark figures">{nextWords(props.rally)}</span>;
}

/** Units of the maximum, with a notch where each price begins. */
export function RallyBar(props: {
  readonly rally: Rally;
  readonly notches?: readonly number[];
  readonly label: string;
}) {
  const { rally, notches = [], label } = props;
  return (
    <div
      className="rally-bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={rally.maximum}
      aria-valuenow={rally.units}
    >
      <i style={{ width: `${(rally.units * 100) / rally.maximum}%` }} />
      {notches.map((units) => (
        <b key={units} style={{ left: `${(units * 100) / rally.maximum}%` }} />
      ))}
    </div>
  );
}
