/** Judges one command against a frozen world. Reads everything, changes nothing. */
import { type Command, type Instant, SYSTEM, type Wish } from './command.js';
import type { Event } from './event.js';
import {
  decideAdopt,
  decideFreeze,
  decideGrant,
  decideLimits,
  decideOpenAccount,
  decideRole,
  decideSeal,
  decideSweep,
  treasuryLow,
} from './house.js';
import { digestOf } from './ids.js';
import { faultOfCommand } from './malformed.js';
import { decideFact, decideUndo } from './market/fact.js';
import {
  decideClose,
  decideCreate,
  decideEdit,
  decideExtend,
  decideOpen,
  decidePause,
  decideResume,
  decideTick,
} from './market/life.js';
import type { Outcome } from './market/lookup.js';
import { decideJoin } from './market/pledge.js';
import { decideCancel, decideConfirm, decidePayOut, decideResolve } from './market/settle.js';
import { decideFund, decideMerge, decideMint, decideTrade } from './market/trade.js';
import { type Refusal, refuse } from './refusal.js';
import { encodeWish } from './wire.js';
import type { ReadonlyWorld } from './world.js';

/**
 * accepted: these events are to be folded. refused: nothing happens. repeated: done before, and the first
 * answer stands in entry `seq`.
 */
export type Decision =
  | { readonly kind: 'accepted'; readonly events: readonly Event[] }
  | Refusal
  | { readonly kind: 'repeated'; readonly seq: number };

export function decide(world: ReadonlyWorld, command: Command, at: Instant): Decision {
  const early = beforeAll(world, command, at);
  if (early) return early;
  const outcome = decideWish(world, command.by, command.wish, at);
  if (!areEvents(outcome)) return outcome;
  // Trades pay the house or nobody: the hottest command need not be asked what it took from the treasury.
  const low = command.wish.type === 'trade' ? undefined : treasuryLow(world, outcome);
  return { kind: 'accepted', events: low ? [...outcome, low] : outcome };
}

const areEvents = (outcome: Outcome): outcome is readonly Event[] => Array.isArray(outcome);

/** What is checked of every command, whatever it wishes. */
function beforeAll(world: ReadonlyWorld, command: Command, at: Instant): Decision | undefined {
  const fault = faultOfCommand(command, at);
  if (fault !== undefined) return refuse('malformed', fault);
  const { by, id, validUntil = 0 } = command;
  if (id !== undefined) {
    const done = world.ids.get(id);
    if (done) {
      const digest = digestOf(encodeWish(command.wish));
      const same = done.digest[0] === digest[0] && done.digest[1] === digest[1];
      return same ? { kind: 'repeated', seq: done.seq } : refuse('command_id_reused');
    }
    if (validUntil < at || validUntil <= world.ids.forgottenUntil) return refuse('command_expired');
  }
  if (world.sealed) return refuse('sealed');
  if (by === SYSTEM) return undefined;
  const account = world.accounts.get(by);
  if (!account) return refuse('account_unknown');
  return account.frozen ? refuse('account_frozen') : undefined;
}

/** One line a wish. What only a player can do is not the system's to do. */
function decideWish(world: ReadonlyWorld, by: string, wish: Wish, at: Instant): Outcome {
  switch (wish.type) {
    case 'trade':
      return by === SYSTEM ? refuse('not_allowed') : decideTrade(world, by, wish, at);
    case 'mint':
      return by === SYSTEM ? refuse('not_allowed') : decideMint(world, by, wish, at);
    case 'merge':
      return by === SYSTEM ? refuse('not_allowed') : decideMerge(world, by, wish, at);
    case 'fund':
      return decideFund(world, by, wish, at);
    case 'join_rally':
      return by === SYSTEM ? refuse('not_allowed') : decideJoin(world, by, wish, at);
    case 'record_fact':
      return decideFact(world, by, wish, at);
    case 'undo_fact':
      return decideUndo(world, by, wish, at);
    case 'tick':
      return by === SYSTEM ? decideTick(world, at) : refuse('not_allowed');
    case 'pay_out':
      return decidePayOut(world, by, wish, at);
    case 'create_market':
      return decideCreate(world, by, wish, at);
    case 'edit_draft':
      return decideEdit(world, by, wish, at);
    case 'open':
      return decideOpen(world, by, wish, at);
    case 'pause':
      return decidePause(world, by, wish, at);
    case 'resume':
      return decideResume(world, by, wish, at);
    case 'extend':
      return decideExtend(world, by, wish, at);
    case 'close':
      return decideClose(world, by, wish, at);
    case 'resolve':
      return decideResolve(world, by, wish, at);
    case 'cancel':
      return decideCancel(world, by, wish, at);
    case 'confirm':
      return decideConfirm(world, by, wish, at);
    case 'open_account':
      return decideOpenAccount(world, by, wish);
    case 'grant':
      return decideGrant(world, by, wish, at);
    case 'sweep_fees':
      return decideSweep(world, by);
    case 'freeze_account':
    case 'unfreeze_account':
      return decideFreeze(world, by, wish);
    case 'grant_role':
    case 'revoke_role':
      return decideRole(world, by, wish);
    case 'set_limits':
      return decideLimits(world, by, wish);
    case 'adopt_rules':
      return decideAdopt(world, by, wish);
    case 'sealed':
      return decideSeal(by);
  }
}
