import { expect, test } from 'vitest';
import { Moves } from './transfer.js';

test('[B1] movements are collected in order, those of nothing left out', () => {
  const move = new Moves();
  move.add('mint', 'player:ana', 'points', 5n);
  move.add('player:ana', 'escrow:M1', 'points', 0n);
  move.add('player:ana', 'escrow:M1', 'points', 2n);
  expect(move.made).toEqual([
    { from: 'mint', to: 'player:ana', asset: 'points', amount: 5n },
    { from: 'player:ana', to: 'escrow:M1', asset: 'points', amount: 2n },
  ]);
});

test('[B1] an amount that runs backwards is a fault', () => {
  expect(() => new Moves().add('mint', 'player:ana', 'points', -1n)).toThrow(
    'never runs backwards',
  );
});
