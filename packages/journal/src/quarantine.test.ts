import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ONE, type Wish } from '@fairground/engine';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buy, openAccount } from '../test/played.js';
import { FileQuarantine, MemoryQuarantine, poisonHash } from './quarantine.js';

let dir = '';
let file = '';
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-quarantine-'));
  file = path.join(dir, 'quarantine.ndjson');
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(dir, { recursive: true });
});

const hashOf = (n: number): string => poisonHash({ by: 'ana', wish: openAccount(`p${n}`) });

describe('what is poison', () => {
  test('[P3] is who and what, not under which key or until when', () => {
    const one = poisonHash({ by: 'ana', id: '1'.repeat(32), validUntil: 5, wish: buy(ONE) });
    expect(poisonHash({ by: 'ana', id: '2'.repeat(32), validUntil: 9, wish: buy(ONE) })).toBe(one);
    expect(poisonHash({ by: 'bob', id: '1'.repeat(32), validUntil: 5, wish: buy(ONE) })).not.toBe(
      one,
    );
    expect(poisonHash({ by: 'ana', id: '1'.repeat(32), validUntil: 5, wish: buy(2n) })).not.toBe(
      one,
    );
    expect(one).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ['in memory', () => new MemoryQuarantine()],
    ['in a file', () => new FileQuarantine(dir)],
  ])('[P3] %s: what was put there is there', async (_name, make) => {
    const quarantine = make();
    expect([quarantine.size, quarantine.has(hashOf(0))]).toEqual([0, false]);
    await quarantine.add(hashOf(0), 'because');
    await quarantine.add(hashOf(1), 'because');
    await quarantine.add(hashOf(1), 'because');
    expect([quarantine.size, quarantine.has(hashOf(0)), quarantine.has(hashOf(2))]).toEqual([
      2,
      true,
      false,
    ]);
  });
});

describe('the file', () => {
  test('[P8] keeps all of it for the next start, whatever a reason says', async () => {
    const nasty = `it said {"hash":"${'e'.repeat(64)}"}\nand more`;
    for (const n of [0, 1, 2]) await new FileQuarantine(dir).add(hashOf(n), nasty);
    const again = new FileQuarantine(dir);
    expect([again.size, [0, 1, 2].every((n) => again.has(hashOf(n)))]).toEqual([3, true]);
    expect(again.has('e'.repeat(64))).toBe(false);
    expect(again.list()).toEqual([0, 1, 2].map((n) => ({ hash: hashOf(n), reason: nasty })));
    const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { hash: string }).hash)).toEqual(
      [0, 1, 2].map(hashOf),
    );
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  test('[P8] cut at any byte by a crash, it keeps every other line', async () => {
    await new FileQuarantine(dir).add(hashOf(0), 'because');
    const whole = fs.readFileSync(file);
    for (let cut = 0; cut < whole.length; cut++) {
      fs.writeFileSync(file, Buffer.concat([whole, whole.subarray(0, cut)]));
      await new FileQuarantine(dir).add(hashOf(1), 'because');
      const again = new FileQuarantine(dir);
      expect([again.has(hashOf(0)), again.has(hashOf(1))], `cut at ${cut}`).toEqual([true, true]);
    }
    for (let cut = 0; cut < whole.length; cut++) {
      fs.writeFileSync(file, whole.subarray(0, cut));
      await new FileQuarantine(dir).add(hashOf(1), 'because');
      expect(new FileQuarantine(dir).has(hashOf(1)), `cut at ${cut}`).toBe(true);
    }
  });

  test('[P8] is synced, and its directory too, before it says so', async () => {
    const synced: string[] = [];
    const names = new Map<number, string>();
    const open = fs.openSync;
    const sync = fs.fsyncSync;
    vi.spyOn(fs, 'openSync').mockImplementation((name, flags, mode) => {
      const opened = open(name, flags, mode);
      names.set(opened, String(name));
      return opened;
    });
    vi.spyOn(fs, 'fsyncSync').mockImplementation((opened) => {
      synced.push(names.get(opened) ?? '');
      sync(opened);
    });
    await new FileQuarantine(dir).add(hashOf(0), 'because');
    expect(synced).toEqual([file, dir]);
  });

  test('[P8] that cannot be written says so', async () => {
    fs.mkdirSync(file);
    const wish: Wish = openAccount('x');
    expect(() => new FileQuarantine(dir)).toThrow(/EISDIR/);
    fs.rmdirSync(file);
    const quarantine = new FileQuarantine(dir);
    fs.mkdirSync(file);
    await expect(quarantine.add(poisonHash({ by: 'ana', wish }), 'because')).rejects.toThrow(
      /EISDIR/,
    );
  });
});
