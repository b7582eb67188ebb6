import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineExchange, expectTheEnd, play } from './demo.contract.js';
import { type Dice, dice } from './dice.js';
import { unbalanced } from './result.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'demo-'));
});
afterEach(() => rm(dir, { recursive: true }));

describe('broken off and taken up again', { timeout: 30_000 }, () => {
  /** Plays until it is cut off, again and again, each time on a world folded from the journal. */
  async function playInPieces(
    seed: number,
    cut: (exchange: EngineExchange, luck: Dice) => Promise<'cut' | 'finished'>,
  ): Promise<EngineExchange> {
    for (let exchange = new EngineExchange(), piece = 0; ; piece++) {
      if ((await cut(exchange, dice(seed, piece))) === 'finished') {
        expect(piece).toBeGreaterThan(4);
        return exchange;
      }
      expect(unbalanced(exchange.world())).toEqual([]);
      exchange = new EngineExchange(exchange.entries);
    }
  }

  test.each([1, 2])('[D22] stopped at any step, it goes on there: seed %i', async (seed) => {
    const exchange = await playInPieces(seed, async (piece, luck) => {
      const stop = new AbortController();
      let left = 1 + luck.below(2_400);
      piece.mishap = () => {
        left -= 1;
        if (left === 0) stop.abort();
        return 'none';
      };
      const { finished } = await play(piece, dir, { signal: stop.signal });
      return finished ? 'finished' : 'cut';
    });
    expectTheEnd(exchange);
  });

  test.each([4, 5])(
    '[D23] killed at any step, before or after it was done, whatever the saved clock says: seed %i',
    async (seed) => {
      const exchange = await playInPieces(seed, async (piece, luck) => {
        const file = join(dir, 'demo.json');
        const fate = luck.below(100);
        if (fate < 30) await rm(file, { force: true });
        else if (fate < 60) {
          await writeFile(file, `{"v":1,"play_ms":${luck.below(3_000_000)}}`);
        }
        let left = 1 + luck.below(2_400);
        const end = luck.chance(50) ? 'killed_before' : 'killed_after';
        piece.mishap = () => (--left <= 0 ? end : 'none');
        return play(piece, dir).then(
          () => 'finished' as const,
          (error: unknown) => {
            expect(String(error)).toContain('killed');
            return 'cut' as const;
          },
        );
      });
      expectTheEnd(exchange);
    },
  );

  test('[D24] with answers lost and the exchange busy, everything is still done once', async () => {
    const exchange = new EngineExchange();
    const luck = dice(24);
    exchange.mishap = () =>
      luck.pick(['none', 'none', 'none', 'not_now', 'lost_before', 'lost_after'] as const) ??
      'none';
    expect((await play(exchange, dir)).finished).toBe(true);
    expectTheEnd(exchange);
  });

  test('[D28] after the end there is nothing left to do', async () => {
    const exchange = new EngineExchange();
    await play(exchange, dir, { crowdPerSecond: 0 });
    const again = new EngineExchange(exchange.entries);
    const result = await play(again, dir);
    expect(result).toMatchObject({ finished: true, champion: 'ESP', traded: 0 });
    expect(again.entries).toHaveLength(exchange.entries.length);
  });
});
