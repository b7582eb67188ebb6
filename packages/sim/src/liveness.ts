/** The second phase: nothing fails any more, so every market must come to an end that leaves nothing behind. */
import {
  type Instant,
  micro,
  POINTS,
  type ReadonlyMarket,
  type ReadonlyWorld,
  type RefusalCode,
  type Resolution,
  SYSTEM,
  type Wish,
} from '@fairground/engine';
import { CLOCK } from '@fairground/server';
import { JUDGES } from './actors/scene.js';
import type { SimulatedNode } from './node.js';
import { must, Wrong } from './wrong.js';

export interface Host {
  readonly node: SimulatedNode;
  pass(ms: number): Promise<void>;
  /** Asks until there is an answer; why it was refused, if it was. */
  ask(by: string, wish: Wish): Promise<RefusalCode | undefined>;
}

const REASON = 'e'.repeat(64);
/** More turns than any market has steps left to its end. */
const TURNS_MAX = 12;

export async function liveOn(host: Host): Promise<void> {
  await restoreJudges(host);
  for (const id of Array.from(worldOf(host).markets.keys())) await end(host, id);
  const house = await host.ask(SYSTEM, { type: 'sweep_fees' });
  must(isFine(house) || house === 'nothing_due', 'liveness', () => `fees: ${shown(house)}`);
  nothingIsLeft(worldOf(host));
}

const isFine = (refused: string | undefined): boolean => refused === undefined;
const shown = (refused: string | undefined): string => refused ?? 'done';

function worldOf({ node }: Host): ReadonlyWorld {
  const { sequencer } = node;
  if (!sequencer) throw new Wrong('liveness', 'the node is gone');
  return sequencer.world;
}

/** Whoever lost his office while things went wrong has it again; and the house can pay. */
async function restoreJudges(host: Host): Promise<void> {
  for (const account of JUDGES) {
    await host.ask(SYSTEM, { type: 'unfreeze_account', account, reason: REASON });
    await host.ask(SYSTEM, { type: 'grant_role', account, role: 'admin' });
  }
  const most = 10n ** 15n;
  const raised = await host.ask(SYSTEM, {
    type: 'set_limits',
    limits: [
      ['grant_per_call', most],
      ['grant_per_day', most],
    ],
  });
  const amount = micro(10n ** 13n);
  const paid = await host.ask(SYSTEM, { type: 'grant', to: 'treasury', amount, reason: REASON });
  must(
    isFine(raised) && isFine(paid),
    'liveness',
    () => `the house is poor: ${shown(raised)} ${shown(paid)}`,
  );
}

async function end(host: Host, id: string): Promise<void> {
  let last = '';
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    const market = worldOf(host).markets.get(id);
    if (!market) throw new Wrong('liveness', `${id} is gone`);
    if (isOver(market)) return;
    last = `${market.state}: ${shown(await nudge(host, market))}`;
  }
  // Payouts go on by themselves, a chunk each time something is stored.
  for (let turn = 0; turn < 50; turn++) {
    const market = worldOf(host).markets.get(id);
    if (market && isOver(market)) return;
    await host.pass(300);
  }
  throw new Wrong('liveness', `${id} never ends (${last})`);
}

const isOver = ({ state }: ReadonlyMarket): boolean => state === 'settled' || state === 'refunded';

/** One step towards its end, whatever the market is. */
async function nudge(host: Host, market: ReadonlyMarket): Promise<string | undefined> {
  const { id, state, draft, proposal } = market;
  const [first, second] = JUDGES;
  switch (state) {
    case 'draft':
      return host.ask(SYSTEM, { type: 'cancel', market: id, reason: REASON });
    case 'open':
    case 'paused':
      if ('tiers' in draft.terms) return rallyEnd(host, market);
      return host.ask(SYSTEM, { type: 'close', market: id });
    case 'closed': {
      if (proposal) {
        const other = proposal.by === first ? second : first;
        const refused = await host.ask(other, {
          type: 'confirm',
          market: id,
          verdict: proposal.verdict,
        });
        if (refused === undefined) return 'confirmed';
      }
      return host.ask(first, {
        type: 'resolve',
        market: id,
        ...resolutionOf(market),
        reason: REASON,
      });
    }
    default:
      await host.pass(300);
      return state;
  }
}

/** By itself, when its time comes; if that is far off, an admin ends it, or two. */
async function rallyEnd(host: Host, { id, draft, proposal }: ReadonlyMarket): Promise<string> {
  const left = (draft.closesAt ?? 0) - nowOf(host);
  if (left < 60_000) {
    // A node may start with a clock behind its last entry: until it has caught up, time stands still.
    await host.pass(left + 1 + CLOCK.behindMsMax);
    return 'waited';
  }
  const [first, second] = JUDGES;
  if (proposal?.by === first) {
    const refused = await host.ask(second, {
      type: 'confirm',
      market: id,
      verdict: proposal.verdict,
    });
    return `confirmed: ${shown(refused)}`;
  }
  const refused = await host.ask(first, { type: 'cancel', market: id, reason: REASON });
  return `cancelled: ${shown(refused)}`;
}

const nowOf = ({ node }: Host): Instant => node.sequencer?.now() ?? 0;

function resolutionOf({ names, draft }: ReadonlyMarket): { resolution?: Resolution } {
  if ('slope' in draft.terms) return {};
  return { resolution: { payout: names.assets.map((_, at) => (at === 0 ? 1_000_000 : 0)) } };
}

/** Only Points are left, and only with people, the treasury and the mint. */
function nothingIsLeft({ books, accounts }: ReadonlyWorld): void {
  for (const account of books.accounts()) {
    for (const [asset, balance] of books.of(account)) {
      const mayHold =
        account === 'mint' ||
        account === 'house:treasury' ||
        accounts.has(account.slice('player:'.length));
      const isPoints = asset === POINTS;
      must(mayHold && isPoints, 'liveness', () => `${account} still has ${balance} ${asset}`);
    }
  }
}
