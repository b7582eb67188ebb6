import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { decodeEntry, playerAccount, type ReadonlyWorld } from '@fairground/engine';
import { afterAll, expect, test } from 'vitest';
import { openFileJournalReader } from '../../src/file-reader.js';
import { JournalTape } from '../../src/tape.js';
import { verifyLines } from '../../src/verify.js';
import { AT_ONCE, BIG, HOLDERS } from './settle-crowd.js';

const CHILD = path.join(import.meta.dirname, 'settle-child.ts');
const PACKAGE = path.join(import.meta.dirname, '..', '..');
const KILLS_MOST = 12;

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-settle-'));
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

/** One life, killed so long after it began to pay; true when it had paid everybody before. */
async function live(ms: number): Promise<boolean> {
  const args = ['--conditions=source', '--import', 'tsx', CHILD, dir];
  const child = spawn(process.execPath, args, {
    cwd: PACKAGE,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  let due: NodeJS.Timeout | undefined;
  child.stdout.on('data', (bytes) => {
    said += String(bytes);
    if (said.includes('paying')) due ??= setTimeout(() => child.kill('SIGKILL'), ms);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(due);
  expect(code === 0 || signal === 'SIGKILL', `it ended with ${code ?? signal}`).toBe(true);
  return said.includes('paid');
}

/** The journal as a stranger reads it. */
async function audit(): Promise<{ world: ReadonlyWorld; lines: string[] }> {
  const reader = await openFileJournalReader(dir);
  const { lastSeq } = await reader.head();
  const lines: string[] = [];
  for await (const chunk of new JournalTape(reader).linesFrom(1, lastSeq))
    lines.push(...chunk.trimEnd().split('\n'));
  const proof = await verifyLines([lines.join('\n')], { journalId: reader.id });
  expect(proof.differences).toEqual([]);
  expect(proof.invariants.filter(({ detail }) => detail !== undefined)).toEqual([]);
  return { world: proof.world, lines };
}

test('[R12] killed while it pays a crowd it goes on: nobody is left out, nobody is paid twice', {
  timeout: 180_000,
}, async () => {
  const stops: number[] = [];
  for (let kill = 0; kill < KILLS_MOST; kill++) {
    if (await live(10 + ((kill * 37) % 60))) break;
    const { world } = await audit();
    stops.push(world.markets.get(BIG)?.nextPaid ?? 0);
  }
  // The last life pays whoever is left.
  await live(60_000);
  const { world, lines } = await audit();
  const market = world.markets.get(BIG);
  expect(market?.state).toBe('settled');
  const events = lines.flatMap((line) => decodeEntry(line).events);
  let next = 1;
  for (const event of events) {
    if (event.type !== 'paid_out' || event.market !== BIG) continue;
    expect(event.first).toBe(next);
    expect(event.next - event.first).toBeLessThanOrEqual(AT_ONCE);
    ({ next } = event);
  }
  expect(next).toBe(HOLDERS + 1);
  for (const { holder, paid, net } of market?.holders ?? []) {
    // A set is worth what it cost, rounded down once.
    expect(paid).toBe(net);
    expect(world.books.balance(holder, `${BIG}:YES`)).toBe(0n);
  }
  expect(world.books.balance(`escrow:${BIG}`, 'points')).toBe(0n);
  expect(world.books.balance(playerAccount('holder-7'), 'points')).toBe(
    world.books.balance(playerAccount('holder-8'), 'points'),
  );
  const between = stops.filter((stop) => stop > 1 && stop <= HOLDERS);
  console.log(`killed while paying ${HOLDERS} holders, before positions ${stops.join(', ')}`);
  expect(between.length).toBeGreaterThanOrEqual(3);
});
