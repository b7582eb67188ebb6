import { describe, expect, test } from 'vitest';
import { boxesOf, boxWith, digitsOf, HOLE_MAX } from './candle-points.js';
import type { TickCandle } from './queries-ticks.js';

const candle = (time: string, gap: number, close = '2'): TickCandle => ({
  time,
  open: '1',
  high: '3',
  low: '0.5',
  close,
  volume: '1',
  ticks: 1,
  late: 0,
  gap,
});

describe('what is drawn of candles', () => {
  test('a box without a tick leaves a hole, before the next candle and in order', () => {
    const boxes = boxesOf(
      [candle('2026-06-15T19:00:00Z', 0), candle('2026-06-15T19:03:00Z', 2)],
      '1m',
    );
    expect(boxes.map(({ time }) => time - boxes[0]!.time)).toEqual([0, 60, 120, 180]);
    expect(boxes.map((box) => 'open' in box)).toEqual([true, false, false, true]);
  });

  test('a long hole is cut short, and reaches not back over what was before it', () => {
    const boxes = boxesOf(
      [candle('2026-06-15T00:00:00Z', 0), candle('2026-06-15T09:00:00Z', 539)],
      '1m',
    );
    expect(boxes).toHaveLength(HOLE_MAX + 2);
    const times = boxes.map(({ time }) => Number(time));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('the scale has the digits of the prices', () => {
    expect(digitsOf([candle('2026-06-15T00:00:00Z', 0, '1.0002')])).toBe(4);
  });

  test('what comes goes on in its box, opens the next, and never goes back', () => {
    const [last] = boxesOf([candle('2026-06-15T19:00:00Z', 0)], '1m');
    const told = (time: string, price: string) => boxWith(last, { time, price }, '1m');
    expect(told('2026-06-15T19:00:59.5Z', '7')).toMatchObject({ open: 1, high: 7, close: 7 });
    expect(told('2026-06-15T19:01:00Z', '7')).toMatchObject({ open: 7, low: 7, high: 7 });
    expect(told('2026-06-15T18:59:59Z', '7')).toBeUndefined();
  });
});
