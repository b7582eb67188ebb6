/** A fair where something goes on: people who trade, a goal, a rally that melts, one that is sold, a pause. */
import type { Fair } from '../fair.js';
import { MatchServer, pullFrom } from '../match-server.js';
import { outside, pricesCome } from '../outside.js';
import { keyOf, type Person } from '../people.js';
import { statesFair } from '../states.js';

export interface Cast {
  /** Trades and joins. */
  readonly mia: Person;
  /** An admin. */
  readonly zoe: Person;
  /** Frozen. */
  readonly fay: Person;
  /** A seller. */
  readonly sam: Person;
  /** The id of his rally. */
  readonly rally: string;
}

const CROWD = ['ada', 'ben', 'cem', 'dua'] as const;
const STEPS = 6;

export async function livelyFair(fair: Fair): Promise<Cast> {
  const [mia, zoe, sam] = [
    await fair.join('mia'),
    await fair.join('zoe', 'admin'),
    await fair.join('simon', 'seller'),
  ];
  const keys: string[] = [];
  for (const handle of CROWD)
    keys.push(String((await fair.ask('/v1/admin/users', { handle }))['key']));
  const own = await keyOf(fair.url, mia, ['read', 'trade']);
  keys.push(own);
  await trade(fair, keys);
  const goal = { market: 'P-ARG-10', kind: 'goal' };
  const goals = ['2026-06-15T19:12:00Z', '2026-06-20T19:12:00Z', '2026-06-20T19:58:00Z'];
  for (const [place, happened_at] of goals.entries()) {
    await fair.ask('/v1/facts', { ...goal, happened_at, fact: `g${place}` }, fair.sourceKey);
  }
  await trade(fair, keys);
  const units = [2, 1, 3, 1, 2];
  for (const [place, key] of keys.entries()) {
    await fair.ask('/v1/rallies/BALLS/join', { units: units[place] ?? 1 }, key);
  }
  await fair.ask('/v1/rallies/SCARVES/join', { units: 3 }, keys[0]);
  await fair.ask('/v1/rallies/SCARVES/join', { units: 5 }, keys.at(-1));
  await fair.ask('/v1/markets/P-NOR-9/pause', {});
  await statesFair(fair, zoe, own);
  await keepHouse(fair);
  const feed = await outside(fair, zoe);
  await pricesCome(feed);
  await pullFrom(fair, await new MatchServer().open(), feed.adminKey);
  const fay = await fair.join('fay');
  await fair.ask('/v1/admin/freeze', { account: fay.account, reason: 'for a picture' });
  return { mia, zoe, sam, fay, rally: await launch(fair, sam) };
}

/** Everybody a little of everything. */
async function trade(fair: Fair, keys: readonly string[]): Promise<void> {
  const wishes = [
    { market: 'P-ARG-10' },
    { market: 'M-001', outcome: 'YES' },
    { market: 'M-001', outcome: 'NO' },
    { market: 'CHAMPION', outcome: 'ARG' },
    { market: 'CHAMPION', outcome: 'NOR' },
  ];
  for (let step = 0; step < STEPS; step++) {
    for (const [place, key] of keys.entries()) {
      const wish = wishes[(step + place) % wishes.length];
      const spend = String(2 + ((step * 7 + place * 5) % 11));
      await fair.ask('/v1/orders', { ...wish, side: 'buy', spend }, key).catch(unlessHalted);
    }
  }
}

/** So many at once may trip a breaker: then the others come too late. */
function unlessHalted(error: unknown): void {
  if (!(error instanceof Error) || !error.message.includes('"halted"')) throw error;
}

/** The last hours of a rally. */
const TENTS_MS = 9 * 3_600_000;

/** A draft, and a market whose end waits for a second person. */
async function keepHouse(fair: Fair): Promise<void> {
  const two = { mechanism: 'cpmm', category: 'matches', deposit: '500' };
  const boss = await fair.ask('/v1/admin/users', { handle: 'yan', admin: true });
  const rules = 'As the referee says.';
  await fair.ask('/v1/markets', { ...two, id: 'DERBY', title: 'City win the derby', rules });
  const final = { ...two, id: 'FINAL', title: 'Spain win the final', two_person: true };
  await fair.ask('/v1/markets', final);
  for (const verb of ['open', 'close']) await fair.ask(`/v1/markets/FINAL/${verb}`, {});
  const body = { outcome: 'YES', reason: 'Spain won 2:1; see the match report.' };
  await fair.ask('/v1/markets/FINAL/resolve', body, String(boss['key']));
}

async function launch(fair: Fair, seller: Person): Promise<string> {
  const id = 'TENTS';
  const tiers = [
    { units: 0, price: '240' },
    { units: 10, price: '199' },
  ];
  await fair.ask('/v1/markets', {
    id,
    title: 'A tent for two',
    mechanism: 'rally',
    category: 'rallies',
    tiers,
    minimum: 5,
    maximum: 40,
    seller: seller.account,
    closes_at: new Date(Date.now() + TENTS_MS).toISOString(),
    rules: 'One tent for each unit.',
  });
  await fair.ask(`/v1/markets/${id}/open`, {});
  return id;
}
