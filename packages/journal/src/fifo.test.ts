import { expect, test } from 'vitest';
import { Fifo } from './fifo.js';

test('[S22] a queue gives back in order, whatever is put where in between', () => {
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const fifo = new Fifo<number>();
  let model: number[] = [];
  let next = 0;
  for (let step = 0; step < 5_000; step++) {
    const what = random(10);
    if (what < 5) {
      fifo.push(next);
      model.push(next++);
    } else if (what < 9) {
      expect(fifo.peek()).toBe(model[0]);
      expect(fifo.shift()).toBe(model.shift());
    } else {
      const before = Array.from({ length: random(4) }, () => next++);
      fifo.unshift(before);
      model = [...before, ...model];
    }
    expect(fifo.size).toBe(model.length);
  }
  while (model.length > 0) expect(fifo.shift()).toBe(model.shift());
  expect([fifo.shift(), fifo.peek(), fifo.size]).toEqual([undefined, undefined, 0]);
});
