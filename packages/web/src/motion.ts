/** Motion for those who want it: a figure that rolls to its new value, and nothing at all for everybody else. */
import { useEffect, useRef, useState } from 'react';

const calm = matchMedia('(prefers-reduced-motion: reduce)');

const ROLL_MS = 1_100;

/** Quick at first, then slower: as something that settles. */
const eased = (part: number): number => 1 - (1 - part) ** 3;

/** The value itself, or while it changes one between the old and the new. Floats: for drawing only. */
export function useRolling(value: number): number {
  const [shown, setShown] = useState(value);
  const from = useRef(value);
  useEffect(() => {
    const start = from.current;
    if (calm.matches || document.hidden || start === value) {
      from.current = value;
      setShown(value);
      return undefined;
    }
    let began: number | undefined;
    let frame = requestAnimationFrame(function roll(time) {
      began ??= time;
      const part = Math.min(1, (time - began) / ROLL_MS);
      from.current = start + (value - start) * eased(part);
      setShown(part === 1 ? value : from.current);
      if (part < 1) frame = requestAnimationFrame(roll);
    });
    return () => cancelAnimationFrame(frame);
  }, [value]);
  return shown;
}

/** How often a value has changed while it was looked at. */
export function useChanges(value: unknown): number {
  const [seen, setSeen] = useState({ value, times: 0 });
  if (Object.is(seen.value, value)) return seen.times;
  const next = { value, times: seen.times + 1 };
  setSeen(next);
  return next.times;
}
