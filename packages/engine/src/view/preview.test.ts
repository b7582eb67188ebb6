import { describe, expect, test } from 'vitest';
import type { Draft, Terms } from '../command.js';
import { micro } from '../math/amount.js';
import { previewOf } from './preview.js';
import { quoteShown } from './quote-shown.js';

const draftOf = (terms: Terms, more: Partial<Draft> = {}): Draft => ({
  text: '0'.repeat(64),
  closing: { mode: 'manual' },
  twoPerson: false,
  refundCap: micro(0n),
  terms,
  ...more,
});
const points = (whole: number) => micro(BigInt(whole) * 1_000_000n);

describe('a draft as it would open', () => {
  test('shows its deposit and prices, and quotes the first trade', () => {
    const terms = {
      mechanism: 'cpmm',
      outcomes: ['YES', 'NO'],
      deposit: points(1000),
      probability: 400_000,
      bps: 200,
    } as const;
    const preview = previewOf(draftOf(terms));
    if (typeof preview === 'string') throw new Error(preview);
    expect(preview.deposit).toBe('1000');
    expect(preview.shown.market.outcomes.map(({ price }) => price)).toEqual(['0.4', '0.6']);
    const wish = { type: 'trade', market: 'preview', side: 'buy', outcome: 'YES' } as const;
    const quote = quoteShown(preview.shown, { ...wish, spend: points(10) }, 0);
    expect(quote).toMatchObject({ pays: '10', fee: '0.2', price_before: '0.4' });
  });

  test('of a rally says what the seller gets at each price and with all units', () => {
    const terms = {
      mechanism: 'rally',
      tiers: [
        { units: 0, price: points(100) },
        { units: 2, price: points(90) },
        { units: 10, price: points(80) },
      ],
      minimum: 5,
      maximum: 20,
      perPerson: 2,
      seller: 'sam',
      bps: 250,
    } as const;
    const preview = previewOf(draftOf(terms, { closing: { mode: 'auto' }, closesAt: 1 }));
    if (typeof preview === 'string') throw new Error(preview);
    expect(preview.sales).toEqual([
      { units: 5, price: '90', sum: '450', fee: '11.25', seller_gets: '438.75' },
      { units: 10, price: '80', sum: '800', fee: '20', seller_gets: '780' },
      { units: 20, price: '80', sum: '1600', fee: '40', seller_gets: '1560' },
    ]);
  });

  test('that no market could be made of says why', () => {
    const terms = {
      mechanism: 'lmsr',
      outcomes: ['A', 'A'],
      liquidity: points(10),
      bps: 0,
    } as const;
    expect(previewOf(draftOf(terms))).toMatch(/outcome/);
    expect(previewOf(draftOf(terms, { closing: { mode: 'auto' } }))).toBe(
      'an automatic close needs closes_at',
    );
  });
});
