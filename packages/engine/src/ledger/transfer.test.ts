import { expect, test } from 'vitest';
import { mover } from './transfer.js';

test('[B1] movements are collected in order, those of nothing left out', () => {
  const move = mover();
  move('mint', 'player:ana', 'points', 5n);
  move('player:ana', 'escrow:M1', 'points', 0n);
  move('player:ana', 'escrow:M1', 'points', 2n);
  expect(move.made).toEqual([
    { from: 'mint', to: 'player:ana', asset: 'points', amount: 5n },
    { from: 'player:ana', to: 'escrow:M1', asset: 'points', amount: 2n },
  ]);
});

test('[B1] an amount that runs backwards is a fault', () => {
  expect(() => mover()('mint', 'player:ana', 'points', -1n)).toThrow('never runs backwards');
});
