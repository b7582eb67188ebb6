import { expect, test, vi } from 'vitest';
import { CANARIES } from './canaries.js';
import { caught } from './catch.js';
import { simulateVerb } from './simulate-verb.js';

test.each(CANARIES.map((canary) => [canary.name, canary] as const))(
  '[X5] %s is caught',
  { timeout: 60_000 },
  async (name, canary) => {
    const found = await caught(canary);
    console.log(
      `${name}: ${canary.says}. Seed ${found?.seed}, ${found?.wrong.message.slice(0, 160)}`,
    );
    expect(found).toBeDefined();
    // A bug in the simulator would catch everything: these are laws, by name.
    expect(found?.wrong.law).not.toBe('simulator');
  },
);

test('[X11] what failed is told with its seed, its step, its law and the line that plays it again', async () => {
  const said: string[] = [];
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
  const code = await simulateVerb(['--seed', '1', '--canary', 'leaked_micro'], 0);
  written.mockRestore();
  expect(code).toBe(1);
  expect(said[0]).toBe('seed 1\n');
  expect(said.join('')).toMatch(/seed 1 {2}step \d+ {2}broke: auditor\n/);
  expect(said.join('')).toContain('replay: npm run simulate -- --seed 1 --canary leaked_micro\n');
});
