/**
 * Before the first day: accounts, Points for the treasury, 1,248 stocks. What the world has already is
 * not asked for again.
 */
import { POINTS, type Role, SYSTEM, TREASURY, type Wish } from '@fairground/engine';
import { ADMIN, SOURCE, stockDraft, stockText, TREASURY_GRANTS } from './listing.js';
import { type Asker, inParallel } from './port.js';
import { stockMarket } from './schedule.js';
import type { Player, WorldCup } from './worldcup.js';

/** Asked at once: the sequencer writes what has queued as one group. */
export const IN_FLIGHT = 256;

export interface Setup {
  readonly asker: Asker;
  readonly cup: WorldCup;
  readonly bots: readonly string[];
  readonly sellers: readonly string[];
  readonly onListed: (listed: number, all: number) => void;
}

export async function setUp(setup: Setup): Promise<void> {
  const players = [...setup.cup.players.values()];
  await openAccounts(setup);
  if (!players.every((player) => isListed(setup.asker, player))) {
    // Markets come after the last grant: the first one's existence says that all grants were made.
    if (!setup.asker.world.markets.has(firstOf(players))) await grantTreasury(setup.asker);
  }
  await listStocks(setup, players);
}

const firstOf = (players: readonly Player[]): string => stockMarket(players[0]?.key ?? '');

function isListed({ world }: Asker, player: Player): boolean {
  const market = world.markets.get(stockMarket(player.key));
  return market !== undefined && market.state !== 'draft';
}

async function openAccounts({ asker, bots, sellers }: Setup): Promise<void> {
  const bySystem = (key: string, wish: Wish): Promise<void> =>
    asker.insist({ by: SYSTEM, key, wish });
  await inParallel([ADMIN, SOURCE, ...sellers, ...bots], IN_FLIGHT, async (account) => {
    if (asker.world.accounts.has(account)) return;
    await bySystem(`account-${account}`, { type: 'open_account', account });
  });
  const roles: readonly { readonly account: string; readonly role: Role }[] = [
    { account: ADMIN, role: 'admin' },
    { account: SOURCE, role: 'source' },
    ...sellers.map((account) => ({ account, role: 'seller' as const })),
  ];
  for (const { account, role } of roles) {
    if (asker.world.accounts.get(account)?.roles.has(role)) continue;
    await bySystem(`role-${account}`, { type: 'grant_role', account, role });
  }
}

async function grantTreasury(asker: Asker): Promise<void> {
  let sum = 0n;
  for (const [index, amount] of TREASURY_GRANTS.entries()) {
    sum += amount;
    // Until something is listed nothing leaves the treasury, so it shows which grants were made.
    if (asker.world.books.balance(TREASURY, POINTS) >= sum) continue;
    const reason = await asker.writeText({
      title: 'Points for the World Cup demo',
      category: 'reason',
    });
    await asker.insist({
      by: SYSTEM,
      key: `grant-${index + 1}`,
      wish: { type: 'grant', to: 'treasury', amount, reason },
    });
  }
}

async function listStocks(
  { asker, cup, onListed }: Setup,
  players: readonly Player[],
): Promise<void> {
  const missing = players.filter((player) => !isListed(asker, player));
  let listed = players.length - missing.length;
  const list = async (player: Player): Promise<void> => {
    await listStock(asker, cup, player);
    listed += 1;
    onListed(listed, players.length);
  };
  const [first, ...others] = missing;
  if (first) await list(first);
  await inParallel(others, IN_FLIGHT, list);
}

async function listStock(asker: Asker, cup: WorldCup, player: Player): Promise<void> {
  const market = stockMarket(player.key);
  const state = asker.world.markets.get(market)?.state;
  if (state === undefined) {
    const text = await asker.writeText(stockText(player, cup));
    const draft = stockDraft(player, text);
    const wish: Wish = { type: 'create_market', market, sponsor: 'treasury', draft };
    await asker.insist({ by: ADMIN, key: `list-${market}`, wish });
  }
  if (state === undefined || state === 'draft') {
    await asker.insist({ by: ADMIN, key: `open-${market}`, wish: { type: 'open', market } });
  }
}
