import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LAG, Lag } from './lag.js';

test('[P18] the lag is how long the first entry that is missing has been known, whatever came after it', () => {
  const step = fc.record({
    made: fc.nat(5),
    written: fc.nat(8),
    ms: fc.integer({ min: 1, max: 900 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const lag = new Lag();
      const seen: { seq: number; at: number }[] = [];
      let [durable, tables, now] = [0, 0, 0];
      for (const { made, written, ms } of steps) {
        now += ms;
        if (made > 0) seen.push({ seq: durable + made, at: now });
        durable += made;
        tables = Math.min(durable, tables + written);
        lag.see(durable, tables, now);
        const first = seen.find(({ seq }) => seq > tables);
        expect(lag.ms(tables, now)).toBe(first ? now - first.at : 0);
      }
    }),
    { seed: 3 },
  );
});

test('[P18] an alarm rises once where they are late for long, and again after they were not', () => {
  const lag = new Lag();
  const said: number[] = [];
  const at = (seconds: number, tables: number): void => {
    if (lag.see(100 + seconds, tables, seconds * 1_000)) said.push(seconds);
  };
  for (let second = 0; second < 200; second++) at(second, 50);
  const [late, lasts] = [LAG.lateMs / 1_000, LAG.lastsMs / 1_000];
  expect(said).toEqual([late + lasts + 1]);
  at(200, 300);
  for (let second = 201; second < 400; second++) at(second, 301);
  expect(said).toHaveLength(2);
});
