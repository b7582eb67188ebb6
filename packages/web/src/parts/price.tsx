import { useState } from 'react';
import type { Direction } from '../figures.js';
import { changeOf, directionOf, priceText } from '../figures.js';

const ARROWS = { up: '▲', down: '▼', flat: '' } as const satisfies Record<Direction, string>;

export function Arrow(props: { readonly direction: Direction }) {
  return (
    <span className="arrow" data-direction={props.direction} aria-hidden="true">
      {ARROWS[props.direction]}
    </span>
  );
}

interface Tick {
  readonly price: string;
  readonly direction: Direction;
  readonly number: number;
}

/** Which way the price went last, and how often it has: a new number starts the flash again. */
function useTick(price: string): Tick {
  const [tick, setTick] = useState<Tick>({ price, direction: 'flat', number: 0 });
  if (tick.price === price) return tick;
  const next = { price, direction: directionOf(tick.price, price), number: tick.number + 1 };
  setTick(next);
  return next;
}

/** A price that keeps its width; a change flashes and shows an arrow beside it. */
export function Price(props: { readonly mechanism: string; readonly price: string }) {
  const tick = useTick(props.price);
  return (
    <span className="price figures" data-direction={tick.direction}>
      <span key={tick.number} className={tick.number > 0 ? 'flash' : undefined}>
        <Arrow direction={tick.direction} />
        {priceText(props.mechanism, props.price)}
      </span>
    </span>
  );
}

/** How far a price is from its opening, by sign, arrow and colour. */
export function ChangeSince(props: {
  readonly mechanism: string;
  readonly opening: string;
  readonly price: string;
}) {
  const change = changeOf(props.mechanism, props.opening, props.price);
  return (
    <span className="change figures" data-direction={change.direction}>
      <Arrow direction={change.direction} />
      {change.text}
      <span className="hidden"> since opening</span>
    </span>
  );
}
