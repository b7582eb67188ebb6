/** The figures that pages of people make themselves: exact, and as the node would make them. */
import { describe, expect, test } from 'vitest';
import { readAddress, readSaid } from '../src/proof/said.js';
import { worthOf } from '../src/portfolio/live-worth.js';
import type { Position } from '../src/wire.js';

const POSITION: Position = {
  market: 'M1',
  title: 'M1',
  status: 'open',
  shares: [
    { outcome: 'YES', shares: '1.000001', price: '0.5', value: '0.5' },
    { outcome: 'NO', shares: '3', price: '0.5', value: '1.5' },
  ],
  value: '2',
  net: '5',
  profit: '-2.75',
  paid: '0.25',
};
const at = (yes: string, no: string) => ({
  outcomes: [
    { outcome: 'YES', price: yes },
    { outcome: 'NO', price: no },
  ],
});

describe('what a position is worth', () => {
  test('is the node’s word while the feed has said nothing', () => {
    expect(worthOf(POSITION, undefined)).toEqual({
      prices: ['0.5', '0.5'],
      value: '2',
      profit: '-2.75',
    });
  });

  test('is each kind of share at its price, down to the millionth', () => {
    const { value, profit } = worthOf(POSITION, at('0.333333', '0.666667'));
    expect(value).toBe('2.333334');
    expect(profit).toBe('-2.416666');
  });

  test('of a running rally is what was put in, whatever its price does', () => {
    const rally = { ...at('9', '9'), rally: {} };
    expect(worthOf(POSITION, rally)).toMatchObject({ value: '2', profit: '-2.75' });
  });
});

describe('what another node says', () => {
  test.each([
    ['123.9f2c0a11', { seq: 123, hash: '9f2c0a11' }],
    [' {"seq":7,"hash":"9f2c0a1100","journal":"00"} ', { seq: 7, hash: '9f2c0a1100' }],
    ['123.xyz', undefined],
    ['', undefined],
  ])('%s', (text, said) => expect(readSaid(text)).toEqual(said));

  test('an address needs no scheme, and nothing but http is one', () => {
    expect(readAddress('fair.example:4000')?.href).toBe('https://fair.example:4000/');
    expect(readAddress('http://10.0.0.1')?.href).toBe('http://10.0.0.1/');
    expect(readAddress('javascript:alert(1)')).toBeUndefined();
  });
});
