/** What a draft would open with, before anybody has sent it: the same figures as the market will show. */
import type { Draft, Terms } from '../command.js';
import { TREASURY } from '../ledger/account.js';
import { faultOfDraft } from '../market/life.js';
import { namesOf } from '../market/market.js';
import { formatAmount, micro } from '../math/amount.js';
import { bpsOf, feeOn } from '../mechanism/fee.js';
import type { PledgeVerbs } from '../mechanism/mechanism.js';
import { mechanismOf, newestFor } from '../mechanism/registry.js';
import type { Shown } from './quote-shown.js';

/** What a seller gets once so many units, and no more, have been taken. */
export interface SaleView {
  readonly units: number;
  readonly price: string;
  readonly sum: string;
  readonly fee: string;
  readonly seller_gets: string;
}

export interface Preview {
  /** What the sponsor puts in. */
  readonly deposit: string;
  /** As it would stand at its opening: for quotes. */
  readonly shown: Shown;
  /** Of a rally: at the first sale of each price, and with all units. */
  readonly sales?: readonly SaleView[];
}

/** A sentence on what is wrong with the draft, or what it would open with. Its terms name their fee. */
export function previewOf(draft: Draft): Preview | string {
  const fault = faultOfDraft(draft);
  if (fault !== undefined) return fault;
  const { terms } = draft;
  const id = newestFor(terms);
  const mechanism = mechanismOf(id);
  const names = mechanism.outcomes(terms);
  const deposit = formatAmount(micro(mechanism.deposit(terms)));
  const fundamental = mechanism.fundamental(terms);
  const kept = sponsorKeeps(terms);
  return {
    deposit,
    shown: {
      market: {
        id: 'preview',
        mechanism: id,
        status: 'open',
        outcomes: mechanism.openingPrices(terms).map((price, index) => {
          const outcome = names[index];
          const figures = { price: formatAmount(price), held: formatAmount(kept[index] ?? 0n) };
          return outcome === undefined ? figures : { outcome, ...figures };
        }),
        fee_bps: bpsOf(terms),
        ...(mechanism.facts ? { fundamental: formatAmount(fundamental) } : {}),
        escrow: deposit,
        seq: 0,
      },
      terms: mechanism.shown(terms),
    },
    ...(mechanism.pledges ? { sales: salesOf(mechanism.pledges, terms) } : {}),
  };
}

/** Of what the opening issues, what does not go to the pool: a sponsor keeps the shares of the dearer side. */
function sponsorKeeps(terms: Terms): readonly bigint[] {
  const id = newestFor(terms);
  const names = namesOf('preview', id, terms);
  const issued = mechanismOf(id).opening(terms, names, TREASURY);
  return names.assets.map((asset) =>
    issued
      .filter((one) => one.asset === asset && one.to === TREASURY)
      .reduce((sum, { amount }) => sum + amount, 0n),
  );
}

function salesOf(pledges: PledgeVerbs, terms: Terms): readonly SaleView[] {
  const { minimum, maximum } = pledges.bounds(terms);
  const counts = [minimum];
  for (let next = pledges.next(terms, minimum); next; next = pledges.next(terms, next.units)) {
    counts.push(next.units);
  }
  if (counts.at(-1) !== maximum) counts.push(maximum);
  return counts.map((units) => saleAt(pledges.price(terms, units), units, bpsOf(terms)));
}

/** What a seller gets of so many units at one price (micro-Points). */
export function saleAt(price: bigint, units: number, bps: number): SaleView {
  const sum = price * BigInt(units);
  const fee = feeOn(sum, bps);
  return {
    units,
    price: formatAmount(price),
    sum: formatAmount(micro(sum)),
    fee: formatAmount(micro(fee)),
    seller_gets: formatAmount(micro(sum - fee)),
  };
}
