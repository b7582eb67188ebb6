import { type RefusalCode, REFUSALS } from '@fairground/engine';
import { afterEach, expect, test } from 'vitest';
import { done, hasty, ORDER, refusal, type TinyServer, tinyServer } from '../test/tiny-server.js';
import { points } from './amounts.js';
import { createClient } from './client.js';
import { FairgroundRefusal } from './errors.js';
import type { FetchAnswer } from './platform.js';

let tiny: TinyServer;
afterEach(() => tiny?.close());

const BUY = { market: 'M1', outcome: 'YES', spend: points('10') };

async function refusedWith(code: string, isFinal: boolean): Promise<FairgroundRefusal> {
  tiny = await tinyServer([refusal(422, code, isFinal)]);
  const client = createClient({ url: tiny.url, platform: hasty() });
  const error: unknown = await client.buy(BUY).catch((thrown: unknown) => thrown);
  await tiny.close();
  if (!(error instanceof FairgroundRefusal)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

/** Compiles because the union is the table: a code that is not in it would be an error here. */
const worth: Partial<Record<RefusalCode, string>> = { price_moved: 'again', closed: 'never' };

test('[K34] the engine’s word is one of its table; the edge’s, and that of a later engine, is none', async () => {
  for (const code of ['price_moved', 'closed', 'sold_out'] as const) {
    const { refusal: said } = await refusedWith(code, true);
    expect(said).toBe(code);
    expect(Object.hasOwn(REFUSALS, said ?? '')).toBe(true);
  }
  expect(worth[(await refusedWith('closed', true)).refusal ?? 'final']).toBe('never');
  // The edge knows this code too, and says it of an attempt only.
  expect(await refusedWith('not_supported', false)).toMatchObject({
    code: 'not_supported',
    refusal: undefined,
  });
  expect(await refusedWith('moon_is_full', true)).toMatchObject({
    code: 'moon_is_full',
    final: true,
    refusal: undefined,
  });
});

test('[K35] only the newest attempt is heard: what an earlier one says after its time counts no more', async () => {
  const say: ((answer: FetchAnswer) => void)[] = [];
  const answer = (body: object): FetchAnswer => ({
    status: 201,
    headers: { get: () => null },
    body: null,
    text: async () => JSON.stringify(body),
  });
  let limits = 0;
  const client = createClient({
    url: 'http://127.0.0.1:1',
    // This one knows of no signal: it answers when it likes.
    fetch: () => new Promise((resolve) => void say.push(resolve)),
    platform: {
      ...hasty(),
      // The first time limit is over at once; the second never.
      after: (ms, call) => {
        if (ms < 10_000 || limits++ === 0) queueMicrotask(call);
        return () => undefined;
      },
    },
  });
  const order = client.buy(BUY);
  while (say.length < 2) await new Promise((resolve) => void setTimeout(resolve, 1));
  say[0]?.(answer({ ...ORDER, id: 'ord_late' }));
  say[1]?.(answer({ ...ORDER, id: 'ord_second' }));
  expect(await order).toMatchObject({ id: 'ord_second', attempts: 2 });
});

test('[K35] and it is told which attempt it was', async () => {
  tiny = await tinyServer([{ status: 0, cutAfter: '' }, done()]);
  const client = createClient({ url: tiny.url, platform: hasty() });
  expect(await client.buy(BUY)).toMatchObject({ attempts: 2 });
  expect(tiny.asked.map(({ headers }) => headers['fairground-attempt'])).toEqual([undefined, '2']);
});
