import { describe, expect, test } from 'vitest';
import { drafted, type Typed } from './drafts.js';

const FEES = { cpmm: 200, lmsr: 0, curve: 200, rally: 250 };
const typed = (
  kind: Typed['kind'],
  fields: Typed['fields'],
  tiers: Typed['tiers'] = [],
): Typed => ({
  kind,
  fields: { title: 'A title', ...fields },
  tiers,
});

describe('a market as somebody types it', () => {
  test('of two outcomes becomes a body, with what is not said left out', () => {
    const { body, faults, preview } = drafted(
      typed('cpmm', { outcomes: 'yes, no', deposit: '1000,5', probability: '0.4' }),
      FEES,
    );
    expect(faults).toEqual({});
    expect(body).toEqual({
      title: 'A title',
      mechanism: 'cpmm',
      outcomes: ['YES', 'NO'],
      deposit: '1000.5',
      probability: '0.4',
      closing: { mode: 'manual' },
    });
    expect(preview?.deposit).toBe('1000.5');
  });

  test('of a stock reads its rules line by line, and names the line that is none', () => {
    const stock = { fundamental: '10', slope: '0.02', source: 'acc_1' };
    const { body } = drafted(
      typed('curve', { ...stock, fact_rules: 'goal ×27/25\nred -0.5\n\nassist +1' }),
      FEES,
    );
    expect(body).toMatchObject({
      fact_rules: [
        { kind: 'goal', num: 27, den: 25 },
        { kind: 'red', add: '-0.5' },
        { kind: 'assist', add: '1' },
      ],
    });
    const { faults } = drafted(typed('curve', { ...stock, fact_rules: 'goal twice' }), FEES);
    expect(faults['fact_rules']).toContain('goal twice');
  });

  test('of a rally tells what the seller gets, and its end is a must', () => {
    const tiers = [
      { units: '0', price: '100' },
      { units: '10', price: '90' },
    ];
    const counts = { minimum: '5', maximum: '20', per_person: '', seller: 'acc_1' };
    const end = { closes_at: '2100-01-01T00:00' };
    const { body, preview } = drafted(typed('rally', { ...counts, ...end }, tiers), FEES);
    expect(body).toMatchObject({ tiers: [{ units: 0 }, { units: 10 }], per_person: 20 });
    expect(body).not.toHaveProperty('closing');
    expect(preview?.sales?.map(({ seller_gets }) => seller_gets)).toEqual([
      '487.5',
      '877.5',
      '1755',
    ]);
    expect(drafted(typed('rally', counts, tiers), FEES).faults).toHaveProperty('closes_at');
  });

  test('says the engine’s own word on what fits no field, and ours on what is no amount', () => {
    const two = { outcomes: 'YES, NO', deposit: '10', probability: '1' };
    expect(drafted(typed('cpmm', two), FEES).faults['whole']).toMatch(/probability/);
    const { faults, preview } = drafted(typed('cpmm', { ...two, deposit: 'ten' }), FEES);
    expect(Object.keys(faults)).toEqual(['deposit']);
    expect(preview).toBeUndefined();
  });

  test('without a title is shown all the same, and not sent', () => {
    const two = { title: '', outcomes: 'YES, NO', deposit: '10', probability: '0.5' };
    const { faults, preview } = drafted(typed('cpmm', two), FEES);
    expect(Object.keys(faults)).toEqual(['title']);
    expect(preview?.deposit).toBe('10');
  });
});
