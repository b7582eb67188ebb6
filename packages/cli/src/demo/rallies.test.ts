import { mechanismOf, parseAmount, sha256Text, whole } from '@fairground/engine';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadOffers, rallyDraft, rallyText, readOffers, sellersOf } from './rallies.js';

const offers = loadOffers();
const table = readFileSync(new URL('../../products/products.csv', import.meta.url), 'utf8');

describe('the offers', () => {
  test('[D33] twelve rallies melt from the real price down, at the real minimum, on terms the engine takes', () => {
    expect(offers).toHaveLength(12);
    const rows = new Map(table.split('\n').map((row) => [row.split(',')[0], row.split(',')]));
    for (const { product, terms, market } of offers) {
      const row = rows.get(String(product))!;
      const [first, ...melts] = terms.tiers;
      expect(first).toEqual({ units: 0, price: parseAmount(row[3]!) });
      expect(melts).toHaveLength(3);
      for (const { price } of melts) expect(price % (whole(1) / 100n)).toBe(0n);
      expect(melts.at(-1)!.price * 10n).toBeLessThanOrEqual(first!.price * 7n);
      expect(terms.minimum).toBe(Number(row[4]));
      expect(terms.bps).toBe(250);
      expect(
        mechanismOf('rally@1').fault(rallyDraft(offers[0]!, sha256Text(''), 1).terms),
      ).toBeUndefined();
      expect(mechanismOf('rally@1').fault(terms), market).toBeUndefined();
    }
    expect(sellersOf(offers)).toEqual(['sel_sports', 'sel_kitchen', 'sel_groceries', 'sel_home']);
  });

  test('[D33] some are small, some nobody can empty, and one asks for more people than want it', () => {
    const most = offers.map(({ terms }) => 200 * terms.perPerson >= terms.maximum);
    expect(most.filter(Boolean)).toHaveLength(7);
    const days = offers.map(({ day }) => day);
    expect(days).toEqual([...days].sort((a, b) => a - b));
    expect(offers.at(-1)!.day + offers.at(-1)!.days).toBeLessThan(34);
  });

  test('[D33] a text says every tier; a table without the product, or its price, is refused with file and line', () => {
    expect(rallyText(offers[0]!)).toMatchObject({
      title: 'Football, together',
      category: 'rallies',
    });
    expect(rallyText(offers[0]!).rules).toContain(
      'from 0 units 17.99, from 15 units 16.19, from 30 units 14.39',
    );
    expect(() => readOffers(table.replace('147,Football', '148,Football'))).toThrow(
      'no product 147',
    );
    expect(() => readOffers(table.replace('17.99', '17 .99'))).toThrow(
      'products.csv, line 55: "price" is not a price',
    );
  });
});
