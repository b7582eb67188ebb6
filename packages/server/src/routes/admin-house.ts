import {
  formatAmount,
  formatTime,
  HOUSE_FEES,
  micro,
  POINTS,
  type ReadonlyMarket,
  type ReadonlyWorld,
  stateAt,
  TREASURY,
  verdictView,
} from '@fairground/engine';
import type { App } from '../edge/app-type.js';
import { onlyAuditors, reasonBehind } from '../edge/audit.js';
import { read } from '../edge/read.js';
import { askerOf } from '../edge/who.js';
import { titleOf } from '../readmodel/markets.js';
import type { Shell } from '../shell.js';
import { limitsShown } from './admin-limits.js';

const DAY_MS = 86_400_000;
/** More are not looked at in one sitting; the markets themselves say the rest. */
const SHOWN = 100;

/** How the house stands: its purse, its limits, what rests, and what waits for a second person. */
export function adminHouse(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  app.get('/v1/admin/house', { config }, (request, reply) =>
    read(shell, request, reply, (world) => {
      onlyAuditors(shell, request);
      const now = shell.clock.now();
      const markets = [...world.markets.values()];
      const halted = markets.filter((one) => isHalted(one, now)).slice(0, SHOWN);
      const proposed = markets.filter((one) => one.proposal !== undefined && isAlive(one));
      return {
        rules: world.rules,
        sealed: world.sealed,
        treasury: formatAmount(world.books.balance(TREASURY, POINTS)),
        fees: formatAmount(world.books.balance(HOUSE_FEES, POINTS)),
        issued: formatAmount(micro(world.books.issued(POINTS))),
        granted_today: grantedToday(world, askerOf(request).by, now),
        limits: limitsShown(world.limits),
        halted: halted.map(({ id, haltedUntil = 0 }) => ({
          market: id,
          title: titleOf(world, shell.vault, id),
          until: formatTime(haltedUntil),
        })),
        proposals: proposed.slice(0, SHOWN).map((one) => proposalShown(shell, world, one)),
      };
    }),
  );
}

const isHalted = (market: ReadonlyMarket, now: number): boolean =>
  (market.haltedUntil ?? 0) > now && stateAt(market, now) === 'open';

/** A proposal that was carried out, or overtaken, asks nothing of anybody. */
const isAlive = ({ state }: ReadonlyMarket): boolean =>
  state === 'open' || state === 'paused' || state === 'closed';

function grantedToday({ granted }: ReadonlyWorld, by: string, now: number): string {
  const mine = granted.get(by);
  const isToday = mine?.day === Math.floor(now / DAY_MS);
  return formatAmount(micro(isToday ? mine.total : 0n));
}

function proposalShown(shell: Shell, world: ReadonlyWorld, { id, proposal }: ReadonlyMarket) {
  if (!proposal) return undefined;
  const { by, verdict } = proposal;
  const handle = shell.vault.handleOf(by);
  const reason = reasonBehind(shell, verdict.reason);
  return {
    market: id,
    title: titleOf(world, shell.vault, id),
    by,
    ...(handle !== undefined && { handle }),
    ...verdictView(verdict),
    ...(reason !== undefined && { reason }),
  };
}
