/** A draft and its words, as the SDK wants a market said. */
import type { NewMarket } from '@fairground/client';
import type { Draft } from '@fairground/engine';
import type { DemoText } from '../demo/port.js';

/** Of what the demo drafts: it names no risk and opens nothing by the clock. */
export function marketOf(draft: Draft, { title, rules, category }: DemoText): NewMarket {
  const { closing, closesAt, twoPerson, refundCap, terms } = draft;
  const { bps } = terms;
  const said = {
    title,
    ...(rules !== undefined && { rules }),
    category,
    closing,
    ...(closesAt !== undefined && { closesAt }),
    twoPerson,
    refundCap,
    ...(bps !== undefined && { feeBps: bps }),
  };
  if ('deposit' in terms) {
    const { mechanism, deposit, probability, outcomes } = terms;
    const [yes = 'YES', no = 'NO'] = outcomes;
    return { ...said, mechanism, deposit, probability: BigInt(probability), outcomes: [yes, no] };
  }
  if ('liquidity' in terms) {
    const { mechanism, outcomes, liquidity } = terms;
    return { ...said, mechanism, outcomes, liquidity };
  }
  if ('slope' in terms) {
    const { mechanism, fundamental, slope, source, rules: factRules } = terms;
    return { ...said, mechanism, fundamental, slope, source, factRules };
  }
  const { mechanism, tiers, minimum, maximum, perPerson, seller } = terms;
  const ends = { closesAt: closesAt ?? 0, ...(minimum !== undefined && { minimum }) };
  return { ...said, ...ends, mechanism, tiers, maximum, perPerson, seller };
}
