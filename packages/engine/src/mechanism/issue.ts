/** Shares that the mint issues to whoever buys and takes back from whoever sells; all of the fee goes to the house. */
import { assert } from '../assert.js';
import { type AccountName, MINT, POINTS } from '../ledger/account.js';
import { Moves, type Transfer } from '../ledger/transfer.js';
import type { MarketNames } from '../market/market.js';
import type { Fill } from './mechanism.js';

export function issueLegs(fill: Fill, names: MarketNames, holder: AccountName): Transfer[] {
  const asset = names.assets[fill.outcome];
  assert(asset !== undefined, 'issue: no such share');
  const move = new Moves();
  if (fill.side === 'buy') {
    move.add(holder, names.escrow, POINTS, fill.pays - fill.fee);
    move.add(holder, names.fees, POINTS, fill.fee);
    move.add(MINT, holder, asset, fill.gets);
  } else {
    move.add(holder, MINT, asset, fill.pays);
    move.add(names.escrow, holder, POINTS, fill.gets);
    move.add(names.escrow, names.fees, POINTS, fill.fee);
  }
  return move.made;
}
