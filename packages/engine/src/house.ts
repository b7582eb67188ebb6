/** Accounts, roles, grants and the house's own commands. */
import { type Actor, type Instant, SYSTEM, type WishOf } from './command.js';
import type { Event } from './event.js';
import { HOUSE_FEES, MINT, POINTS, playerAccount, TREASURY } from './ledger/account.js';
import { Moves } from './ledger/transfer.js';
import { holderNamed } from './market/life.js';
import { isAdmin, type Outcome } from './market/lookup.js';
import { micro, withinBounds } from './math/amount.js';
import { refuse } from './refusal.js';
import type { ReadonlyWorld } from './world.js';

const DAY_MS = 86_400_000;

/** The UTC day an instant falls on, counted from 1970. */
export const dayOf = (at: Instant): number => Math.floor(at / DAY_MS);

/** The welcome comes in the same entry, so it is given exactly once. */
export function decideOpenAccount(
  world: ReadonlyWorld,
  by: Actor,
  { account }: WishOf<'open_account'>,
): Outcome {
  if (!isAdmin(world, by)) return refuse('not_allowed');
  if (world.accounts.has(account)) return refuse('account_exists');
  const { welcome } = world.limits;
  if (!withinBounds(world.books.issued(POINTS) + welcome)) return refuse('out_of_range');
  const move = new Moves();
  move.add(MINT, playerAccount(account), POINTS, welcome);
  return [{ type: 'account_opened', account, transfers: move.made }];
}

export function decideGrant(
  world: ReadonlyWorld,
  by: Actor,
  { to, amount, reason }: WishOf<'grant'>,
  at: Instant,
): Outcome {
  if (!isAdmin(world, by)) return refuse('not_allowed');
  if (to !== 'treasury' && !world.accounts.has(to)) return refuse('account_unknown');
  const { grant_per_call, grant_per_day } = world.limits;
  const granted = world.granted.get(by);
  const today = granted?.day === dayOf(at) ? granted.total : 0n;
  if (amount > grant_per_call || today + amount > grant_per_day) return refuse('over_grant_cap');
  if (amount <= 0n) return refuse('too_small');
  if (!withinBounds(world.books.issued(POINTS) + amount)) return refuse('out_of_range');
  const move = new Moves();
  move.add(MINT, holderNamed(to), POINTS, amount);
  return [{ type: 'granted', by, to, amount, reason, transfers: move.made }];
}

/** What the house has earned becomes the treasury's. */
export function decideSweep(world: ReadonlyWorld, by: Actor): Outcome {
  if (!isAdmin(world, by)) return refuse('not_allowed');
  const move = new Moves();
  move.add(HOUSE_FEES, TREASURY, POINTS, world.books.balance(HOUSE_FEES, POINTS));
  return move.made.length > 0
    ? [{ type: 'fees_swept', transfers: move.made }]
    : refuse('nothing_due');
}

/** Told once a fall: when these events take the treasury from its floor, or above, to below it. */
export function treasuryLow(world: ReadonlyWorld, events: readonly Event[]): Event | undefined {
  let change = 0n;
  for (const event of events) {
    if (!('transfers' in event)) continue;
    for (const { from, to, asset, amount } of event.transfers) {
      if (asset !== POINTS) continue;
      if (from === TREASURY) change -= amount;
      if (to === TREASURY) change += amount;
    }
  }
  const floor = micro(world.limits.treasury_floor);
  const before = world.books.balance(TREASURY, POINTS);
  const balance = micro(before + change);
  return before >= floor && balance < floor ? { type: 'treasury_low', balance, floor } : undefined;
}

export function decideFreeze(
  world: ReadonlyWorld,
  by: Actor,
  wish: WishOf<'freeze_account' | 'unfreeze_account'>,
): Outcome {
  if (!isAdmin(world, by)) return refuse('not_allowed');
  const { account, reason } = wish;
  const found = world.accounts.get(account);
  if (!found) return refuse('account_unknown');
  const freezes = wish.type === 'freeze_account';
  if (found.frozen === freezes) return refuse('already_so');
  return [{ type: freezes ? 'account_frozen' : 'account_unfrozen', account, reason }];
}

export function decideRole(
  world: ReadonlyWorld,
  by: Actor,
  wish: WishOf<'grant_role' | 'revoke_role'>,
): Outcome {
  if (!isAdmin(world, by)) return refuse('not_allowed');
  const { account, role } = wish;
  const found = world.accounts.get(account);
  if (!found) return refuse('account_unknown');
  const grants = wish.type === 'grant_role';
  if (found.roles.has(role) === grants) return refuse('already_so');
  return [{ type: grants ? 'role_granted' : 'role_revoked', account, role }];
}

export function decideLimits(
  world: ReadonlyWorld,
  by: Actor,
  { limits }: WishOf<'set_limits'>,
): Outcome {
  return isAdmin(world, by) ? [{ type: 'limits_set', limits }] : refuse('not_allowed');
}

export function decideAdopt(
  world: ReadonlyWorld,
  by: Actor,
  { rules }: WishOf<'adopt_rules'>,
): Outcome {
  if (!isAdmin(world, by)) return refuse('not_allowed');
  if (rules <= world.rules) return refuse('already_so');
  return [{ type: 'rules_adopted', rules }];
}

export function decideSeal(by: Actor): Outcome {
  return by === SYSTEM ? [{ type: 'sealed' }] : refuse('not_allowed');
}
