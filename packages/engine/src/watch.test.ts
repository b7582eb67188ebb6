import { expect, test } from 'vitest';
import { Live } from '../test/live.js';
import { micro } from './math/amount.js';
import { ENTRY_LAWS, type Entry, type Event, watch, whole } from './index.js';

/** A market with a YES holder, and an entry of the next seq that nobody has folded. */
function stage(events: readonly Event[]): { live: Live; entry: Entry } {
  const live = new Live();
  const text = '0'.repeat(64);
  for (const account of ['ana', 'bob']) live.run('system', { type: 'open_account', account });
  live.run('system', { type: 'grant', to: 'treasury', amount: whole(1_000), reason: text });
  live.run('system', {
    type: 'create_market',
    market: 'M1',
    sponsor: 'treasury',
    draft: {
      text,
      closing: { mode: 'manual' },
      twoPerson: false,
      refundCap: micro(0n),
      terms: {
        mechanism: 'cpmm',
        outcomes: ['YES', 'NO'],
        deposit: whole(100),
        probability: 500_000,
        bps: 200,
      },
    },
  });
  live.run('system', { type: 'open', market: 'M1' });
  live.run('ana', { type: 'trade', market: 'M1', side: 'buy', outcome: 'YES', spend: whole(10) });
  const command = live.command('ana', { type: 'sweep_fees' });
  const { world, at } = live;
  return { live, entry: { v: 1, seq: world.seq + 1, at, rules: 1, command, events, hash: text } };
}

const bought = (outcome: string): Event => ({
  type: 'traded',
  market: 'M1',
  player: 'ana',
  side: 'buy',
  outcome,
  pays: whole(1),
  gets: whole(1),
  fee: micro(0n),
  transfers: [],
});

test.each([
  [
    'product_never_falls',
    [bought('YES')],
    (live: Live) =>
      live.world.books.post({
        from: 'pool:M1',
        to: 'player:ana',
        asset: 'M1:YES',
        amount: micro(1n),
      }),
  ],
  [
    'an_id_is_done_once',
    [],
    (live: Live, { command }: Entry) =>
      live.world.ids.add(command.id ?? '', [1, 2], 3, live.at + 1_000),
  ],
  [
    'no_player_holds_both_sides_by_trading',
    [bought('NO')],
    (live: Live) =>
      live.world.books.post({ from: 'mint', to: 'player:ana', asset: 'M1:NO', amount: micro(1n) }),
  ],
] as const)('[V5] %s notices what breaks it', (name, events, breaks) => {
  const { live, entry } = stage(events);
  const sound = watch(live.world, entry)();
  expect(sound).toEqual([]);
  const breaches = watch(live.world, entry);
  breaks(live, entry);
  expect(breaches().map((breach) => breach.name)).toEqual([name]);
  expect(Object.keys(ENTRY_LAWS)).toContain(name);
});
