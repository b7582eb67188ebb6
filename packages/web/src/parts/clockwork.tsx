/** How long there is left, to the second, in figures that one can read across a room. */
import { nodeNow } from '../api.js';
import { useNow } from '../clock.js';
import { count } from '../figures.js';

const two = (value: number): string => value.toString().padStart(2, '0');

function partsOf(leftMs: number): readonly (readonly [string, string])[] {
  const seconds = Math.max(0, Math.ceil(leftMs / 1_000));
  const days = Math.floor(seconds / 86_400);
  return [
    ...(days > 0 ? [['days', count(days)] as const] : []),
    ['hours', two(Math.floor((seconds % 86_400) / 3_600))],
    ['min', two(Math.floor((seconds % 3_600) / 60))],
    ['s', two(seconds % 60)],
  ];
}

export function Clockwork(props: { readonly end: string }) {
  useNow();
  const parts = partsOf(Date.parse(props.end) - nodeNow());
  return (
    <time className="clockwork figures" dateTime={props.end} role="timer" aria-label="Time left">
      {parts.map(([unit, value]) => (
        <span key={unit}>
          <b>{value}</b> <small>{unit}</small>{' '}
        </span>
      ))}
    </time>
  );
}
