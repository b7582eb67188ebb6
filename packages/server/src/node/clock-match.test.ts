import { expect, test } from 'vitest';
import { Clock, CLOCK } from '../clock.js';
import { ClockMatch } from './clock-match.js';

const TRUE = 1_800_000_000_000;

function machine() {
  const at = { wall: TRUE, steady: 0 };
  const source = { wall: () => at.wall, steady: () => at.steady };
  const pass = (ms: number): void => {
    at.wall += ms;
    at.steady += ms;
  };
  return { at, pass, clock: new Clock({ acceptClock: false, source }) };
}

test('[M43] one beat tells a wrong clock from a slow one: the way there and back is allowed for', () => {
  const { clock, pass } = machine();
  const match = new ClockMatch(clock);
  pass(7_000);
  // The database said its time at some moment of these seven seconds.
  expect(match.compare(TRUE, 7_000)).toBeUndefined();
  expect(match.compare(TRUE + 7_000, 7_000)).toBeUndefined();
  expect(match.standsAside()).toBe(false);
  expect(match.compare(TRUE - 2_001, 7_000)).toBe(9_001);
  expect(match.compare(TRUE + 9_001, 7_000)).toBe(-2_001);
  expect(match.standsAside()).toBe(true);
});

test('[M43] who stood aside for a minute believes his wall, also one that was set back', () => {
  const { at, clock, pass } = machine();
  const match = new ClockMatch(clock);
  at.wall += 3_600_000;
  clock.beat();
  pass(CLOCK.stepLastsMs);
  clock.beat();
  expect(clock.now()).toBe(TRUE + 3_600_000 + CLOCK.stepLastsMs);
  expect(match.compare(TRUE + CLOCK.stepLastsMs, 0)).toBe(3_600_000);
  at.wall -= 3_600_000;
  pass(59_999);
  expect(match.standsAside()).toBe(true);
  pass(1);
  expect(match.standsAside()).toBe(false);
  expect(clock.now()).toBe(at.wall);
  expect(match.compare(at.wall, 0)).toBeUndefined();
});

test('[M43] a leader does not follow a step of the wall: he is held against the database', () => {
  const { at, clock, pass } = machine();
  let leads = true;
  clock.isHeld = () => leads;
  at.wall += 3_600_000;
  clock.beat();
  pass(CLOCK.stepLastsMs);
  clock.beat();
  expect(clock.now()).toBe(TRUE + CLOCK.stepLastsMs);
  leads = false;
  clock.beat();
  expect(clock.now()).toBe(at.wall);
});
