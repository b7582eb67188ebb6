import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorld, type Wish } from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import { monotonicClock } from './clock.js';
import { type Answer, Asker, DemoFault, DemoStopped, inParallel } from './port.js';
import { parsePlayTime, readPlayTime, writePlayTime } from './state.js';

const ASK = { by: 'ana', key: 'k1', wish: { type: 'sweep_fees' } satisfies Wish };

function askerWith(answers: readonly Answer[], stop = new AbortController()) {
  const asked: string[] = [];
  const slept: number[] = [];
  const exchange = {
    world: createWorld,
    now: () => 0,
    submit: async (by: string, key: string): Promise<Answer> => {
      asked.push(`${by} ${key}`);
      return answers[asked.length - 1] ?? { kind: 'fault' };
    },
    writeText: async () => '',
  };
  const clock = {
    now: () => 0,
    sleep: async (ms: number) => {
      slept.push(ms);
    },
  };
  return { asker: new Asker({ exchange, clock, signal: stop.signal }), asked, slept };
}

describe('asking', () => {
  test('[D17] busy or silent, the same key goes again until the answer is known', async () => {
    const { asker, asked, slept } = askerWith([
      { kind: 'not_now', code: 'busy', retryAfterMs: 1_000 },
      { kind: 'unknown' },
      { kind: 'done', repeated: true },
    ]);
    expect(await asker.ask(ASK)).toEqual({ kind: 'done', repeated: true });
    expect(asked).toEqual(['ana k1', 'ana k1', 'ana k1']);
    expect(slept).toEqual([1_000, 200]);
  });

  test('[D17] a refusal of what must not be refused names key, account and reason', async () => {
    const { asker } = askerWith([{ kind: 'refused', code: 'not_allowed', detail: 'No.' }]);
    await expect(asker.insist(ASK)).rejects.toThrow(
      'demo: "k1" of ana was refused: not_allowed (No.)',
    );
    await expect(asker.insist(ASK)).rejects.toThrow(DemoFault);
  });

  test('[D17] told to stop, it asks no more', async () => {
    const stop = new AbortController();
    const { asker, asked } = askerWith([{ kind: 'unknown' }], stop);
    stop.abort();
    await expect(asker.ask(ASK)).rejects.toThrow(DemoStopped);
    expect(asked).toEqual([]);
  });

  test('[D17] after a failure nothing new begins, and everything begun is waited for', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const work = async (item: number): Promise<void> => {
      begun.push(item);
      await new Promise((resolve) => void setTimeout(resolve, item));
      if (item === 2) throw new Error('two');
      ended.push(item);
    };
    await expect(inParallel([1, 2, 9, 4, 5, 6], 3, work)).rejects.toThrow('two');
    expect(begun).toEqual([1, 2, 9, 4]);
    // On a busy machine the long one may be over before a short one that began later.
    expect(ended.sort((a, b) => a - b)).toEqual([1, 4, 9]);
  });
});

describe('the clock on disk', () => {
  test('[D18] is written aside and renamed, and read back', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'demo-'));
    expect(await readPlayTime(dir)).toBeUndefined();
    await writePlayTime(dir, 1_234.9);
    await writePlayTime(dir, 61_000.5);
    expect(await readPlayTime(dir)).toBe(61_000);
    expect(await readdir(dir)).toEqual(['demo.json']);
    expect(await readFile(join(dir, 'demo.json'), 'utf8')).toBe('{"v":1,"play_ms":61000}\n');
    await writeFile(join(dir, 'demo.json'), '{"v":1,"pl');
    expect(await readPlayTime(dir)).toBeUndefined();
    await rm(dir, { recursive: true });
  });

  test('[D18] what cannot be read says nothing', () => {
    for (const text of [
      '',
      'null',
      '[]',
      '{"v":2,"play_ms":1}',
      '{"v":1}',
      '{"v":1,"play_ms":-1}',
      '{"v":1,"play_ms":"1"}',
    ]) {
      expect(parsePlayTime(text), text).toBeUndefined();
    }
  });

  test('[D18] a sleep ends early when the signal fires', async () => {
    const stop = new AbortController();
    const before = monotonicClock.now();
    setTimeout(() => stop.abort(), 5);
    await monotonicClock.sleep(60_000, stop.signal);
    await monotonicClock.sleep(60_000, stop.signal);
    expect(monotonicClock.now() - before).toBeLessThan(5_000);
  });
});
