import { useState } from 'react';
import type { Direction } from '../figures.js';
import { Arrow } from '../parts/price.js';
import { decimalText, directionBetween } from './decimal.js';

interface Moved {
  readonly price: string;
  readonly direction: Direction;
  readonly number: number;
}

function useMoved(price: string): Moved {
  const [moved, setMoved] = useState<Moved>({ price, direction: 'flat', number: 0 });
  if (moved.price === price) return moved;
  const direction = directionBetween(moved.price, price);
  const next = { price, direction, number: moved.number + 1 };
  setMoved(next);
  return next;
}

/** A price from outside; a change flashes and shows an arrow beside it. */
export function TickPrice(props: { readonly price: string }) {
  const moved = useMoved(props.price);
  return (
    <span className="price figures" data-direction={moved.direction} title={props.price}>
      <span key={moved.number} className={moved.number > 0 ? 'flash' : undefined}>
        <Arrow direction={moved.direction} />
        {decimalText(props.price)}
      </span>
    </span>
  );
}
