import { describe, expect, test } from 'vitest';
import { type Held, HeldAnswers } from './held.js';

function holding(...waits: readonly (readonly [name: string, seq: number, since?: number])[]) {
  const told: string[] = [];
  const held = new HeldAnswers();
  for (const [name, seq, since = 0] of waits) {
    const tell = (what: string) => (): void => void told.push(`${name} ${what}`);
    const one: Held = {
      seq,
      since,
      release: tell('out'),
      giveUp: tell('late'),
      discard: tell('gone'),
    };
    held.add(one);
  }
  return { held, told };
}

describe('answers that wait', () => {
  test('[S23] leave in order of seq, each once, with everything up to theirs', () => {
    const { held, told } = holding(['a', 1], ['b', 2], ['c', 4]);
    held.release(0);
    expect(told).toEqual([]);
    held.release(3);
    held.release(3);
    expect([told, held.size]).toEqual([['a out', 'b out'], 1]);
    held.release(9);
    expect(told).toEqual(['a out', 'b out', 'c out']);
  });

  test('[S23] one that asks for an older seq does not stand behind the newer ones', () => {
    const { held, told } = holding(['a', 5], ['b', 7], ['again', 5], ['c', 7], ['older', 2]);
    held.release(5);
    expect(told).toEqual(['older out', 'a out', 'again out']);
    held.release(7);
    expect(told.slice(3)).toEqual(['b out', 'c out']);
  });

  test('[S23] who has waited too long is told so, and the others stay in order', () => {
    const { held, told } = holding(['a', 1, 10], ['b', 2, 30], ['c', 3, 20]);
    held.giveUp(10);
    expect(told).toEqual([]);
    held.giveUp(21);
    expect([told, held.size]).toEqual([['a late', 'c late'], 1]);
    held.release(3);
    expect(told).toEqual(['a late', 'c late', 'b out']);
  });

  test('[S23] what stands after a seq can be taken out', () => {
    const { held, told } = holding(['a', 1], ['b', 2], ['c', 3]);
    const taken = held.takeAfter(1);
    for (const one of taken) one.discard();
    expect([told, held.size]).toEqual([['b gone', 'c gone'], 1]);
  });

  test('[S23] one that asks again while it is told is not lost', () => {
    const held = new HeldAnswers();
    const told: number[] = [];
    const add = (seq: number, then: () => void): void =>
      held.add({ seq, since: 0, release: then, giveUp: then, discard: then });
    add(1, () => add(2, () => told.push(2)));
    held.release(1);
    expect([told, held.size]).toEqual([[], 1]);
    held.release(2);
    expect(told).toEqual([2]);
  });
});
