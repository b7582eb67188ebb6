import fc from 'fast-check';
import { expect, test } from 'vitest';
import { micro } from '../math/amount.js';
import type { AccountName, AssetName } from './account.js';
import { Books } from './book.js';

const ACCOUNTS: readonly AccountName[] = [
  'mint',
  'player:ana',
  'player:bob',
  'pool:M1',
  'escrow:M1',
  'house:fees',
];
const ASSETS: readonly AssetName[] = ['points', 'M1:YES', 'M1:NO'];

const transfer = fc.record({
  from: fc.constantFrom(...ACCOUNTS),
  to: fc.constantFrom(...ACCOUNTS),
  asset: fc.constantFrom(...ASSETS),
  amount: fc.bigInt({ min: 1n, max: 10n ** 18n }).map(micro),
});

test('[B2] whatever is moved, every asset sums to zero', () => {
  fc.assert(
    fc.property(fc.array(transfer, { maxLength: 60 }), (transfers) => {
      const books = new Books();
      for (const one of transfers) books.post(one);
      for (const asset of ASSETS) {
        const sum = ACCOUNTS.reduce((total, account) => total + books.balance(account, asset), 0n);
        expect(sum).toBe(0n);
        expect(books.issued(asset)).toBe(-books.balance('mint', asset));
      }
    }),
  );
});

test('[B2] an account that pays itself is where it was', () => {
  const books = new Books();
  books.post({ from: 'mint', to: 'player:ana', asset: 'points', amount: micro(7n) });
  books.post({ from: 'player:ana', to: 'player:ana', asset: 'points', amount: micro(5n) });
  expect(books.balance('player:ana', 'points')).toBe(7n);
});

test('[B3] the mint owes what was issued and not burnt', () => {
  const books = new Books();
  books.post({ from: 'mint', to: 'pool:M1', asset: 'M1:YES', amount: micro(10n) });
  books.post({ from: 'pool:M1', to: 'mint', asset: 'M1:YES', amount: micro(4n) });
  expect(books.issued('M1:YES')).toBe(6n);
  expect(books.balance('mint', 'M1:YES')).toBe(-6n);
  expect(books.issued('M1:NO')).toBe(0n);
});

test('[B4] an account with nothing left is forgotten', () => {
  const books = new Books();
  books.post({ from: 'mint', to: 'player:ana', asset: 'points', amount: micro(10n) });
  books.post({ from: 'mint', to: 'player:ana', asset: 'M1:YES', amount: micro(1n) });
  books.post({ from: 'player:ana', to: 'mint', asset: 'M1:YES', amount: micro(1n) });
  expect([...books.of('player:ana')]).toEqual([['points', 10n]]);
  books.post({ from: 'player:ana', to: 'mint', asset: 'points', amount: micro(10n) });
  expect([...books.accounts()]).toEqual([]);
  expect(books.of('player:ana').size).toBe(0);
});
