/** Prices from outside, sent as a source sends them. */
import type { Fair } from './fair.js';
import { keyOf, type Person } from './people.js';

const MINUTE_MS = 60_000;
const MINUTES = 90;
/** Nothing came in these. */
const SILENT = { from: 50, to: 58 };

export interface Sent {
  readonly time: string;
  readonly price: string;
  readonly [more: string]: unknown;
}

export const tick = (symbol: string, price: string, agoMs = 0): Sent => ({
  source: 'exchange',
  symbol,
  time: new Date(Date.now() - agoMs).toISOString(),
  price,
  size: '0.25',
  side: 'buy',
});

export interface Outside {
  readonly adminKey: string;
  send(...ticks: readonly object[]): Promise<Record<string, unknown>>;
}

/** Who may send, in the name of an admin. */
export async function outside(fair: Fair, admin: Person): Promise<Outside> {
  const key = await keyOf(fair.url, admin, ['ingest']);
  const adminKey = await keyOf(fair.url, admin, ['admin']);
  return { adminKey, send: (...ticks) => fair.ask('/v1/ingest', ticks, key) };
}

/** An hour and a half of prices with a gap, a late one, other symbols, and three that cannot be taken. */
export async function pricesCome({ send }: Outside): Promise<void> {
  const walk = Array.from({ length: MINUTES }, (_, at) => ({ at, left: MINUTES - at }))
    .filter(({ at }) => at < SILENT.from || at >= SILENT.to)
    .flatMap(({ at, left }) =>
      [0, 1, 2].map((part) => {
        const price = 61_250 + Math.round(400 * Math.sin(at / 9) + 90 * Math.sin(at * 3 + part));
        const agoMs = left * MINUTE_MS - part * 15_000;
        return tick(
          'BTC-USDT',
          `${price}.${String((at * 7 + part * 31) % 100).padStart(2, '0')}`,
          agoMs,
        );
      }),
    );
  await send(...walk);
  await send({ ...tick('BTC-USDT', '61002.50', 75_000), side: 'sell' });
  const others = ['ETH-USDT', 'EUR/USD', 'weather:oslo/celsius', 'XAU'].map((symbol, place) =>
    tick(symbol, ['3340.10', '1.08215', '-3.5', '2391.000000001'][place] ?? '1', place * 9_000),
  );
  await send(...others);
  await send(
    { ...tick('BTC-USDT', '61,280'), id: 'b-1' },
    { ...tick('BTC-USDT', '61300.00'), time: new Date(Date.now() + 20 * MINUTE_MS).toISOString() },
    { text: 'hello' },
  );
}
