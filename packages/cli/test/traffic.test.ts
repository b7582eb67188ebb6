import { afterAll, expect, test, vi } from 'vitest';
import { EXITS } from '../src/exit.js';
import { good, inside } from './cli.js';
import { closeHomes, home } from './homes.js';

afterAll(closeHomes);

test('[C70] simulate-traffic sends what was wished for and says how long it took', {
  timeout: 120_000,
}, async () => {
  const at = await home('a directory');
  const { key } = await at.node.signUp({ handle: 'feed', scopes: ['ingest'] });
  const env = { FAIRGROUND_URL: at.url, FAIRGROUND_KEY: key };
  // Its store may be opened a moment after the tables.
  await vi.waitFor(() => at.ana.ticks.symbols({}), { timeout: 100_000 });
  const verb = ['simulate-traffic', '--rate', '40', '--seconds', '1'];
  const report = JSON.parse((await good([...verb, '--batch', '7', '--json'], env)).out);
  expect(report).toMatchObject({ sent: 40, taken: 40, dead: 0, busy: 0, unknown: 0, unsent: 0 });
  const { p50_ms: p50, p999_ms: p999, max_ms: max } = report.from_due;
  expect(p50).toBeGreaterThan(0);
  expect(p999).toBeGreaterThanOrEqual(p50);
  expect(max).toBeGreaterThanOrEqual(report.from_sent.max_ms);
  // Other ticks, though the seed is the same.
  const { out } = await good(verb, env);
  expect(out).toMatch(
    /^40 ticks sent, 40 taken \(\d+ late\)\n\d+ a second were taken, 40 were asked/,
  );
  expect(out).toMatch(
    /\nsince it was due( +[\d,]+\.\d\d){5}\nsince it was sent( +[\d,]+\.\d\d){5}\n$/,
  );
  const symbols = await at.ana.ticks.symbols({ prefix: 'TRAFFIC-' });
  expect(symbols.items.reduce((sum, { ticks }) => sum + ticks, 0)).toBe(80);
  const refused = await inside(verb, { ...env, FAIRGROUND_KEY: at.key });
  expect(refused.code).toBe(EXITS.refused.code);
  const nobody = await inside(verb, { ...env, FAIRGROUND_URL: 'http://127.0.0.1:1' });
  expect(nobody.code).toBe(EXITS.not_now.code);
});
