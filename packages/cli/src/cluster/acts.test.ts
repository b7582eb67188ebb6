import { expect, test } from 'vitest';
import { actOf, strokeOf } from './acts.js';

test('[C28] a line is an act or none', () => {
  for (const [line, act] of [
    ['kill 2', { kind: 'kill', node: 2 }],
    ['  partition   3 ', { kind: 'partition', node: 3 }],
    ['database', { kind: 'database' }],
    ['quit', { kind: 'quit' }],
    ['kill', undefined],
    ['kill 4', undefined],
    ['kill 0', undefined],
    ['kill 2 3', undefined],
    ['quit 1', undefined],
    ['', undefined],
    ['constructor 1', undefined],
  ] as const)
    expect(actOf(line, 3), line).toEqual(act);
});

test('[C29] a key chooses a node or does something to the chosen one; others do nothing', () => {
  for (const [key, stroke] of [
    ['2', { kind: 'choose', node: 2 }],
    ['4', undefined],
    ['0', undefined],
    ['K', { kind: 'kill' }],
    ['x', { kind: 'partition' }],
    ['\u0003', { kind: 'quit' }],
    ['z', undefined],
    ['constructor', undefined],
  ] as const)
    expect(strokeOf(key, 3), key).toEqual(stroke);
});
