/** The fields of a market, and what each kind has of its own. */
import type { Kind } from './drafts.js';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly says?: string;
  readonly as?: 'text' | 'amount' | 'lines' | 'time' | 'person';
  /** A draft that stands cannot change it. */
  readonly onlyNew?: boolean;
}

export const FIELDS: readonly Field[] = [
  { name: 'title', label: 'Title' },
  { name: 'rules', label: 'Rules: how is the result known?', as: 'lines' },
];

const TIMES: readonly Field[] = [
  { name: 'opens_at', label: 'Opens', says: 'Empty: by hand.', as: 'time' },
  { name: 'closes_at', label: 'Ends', as: 'time' },
];

const CATEGORY: Field = { name: 'category', label: 'Category', says: 'a-z 0-9 -' };

export const GENERAL: readonly Field[] = [
  {
    name: 'fee_bps',
    label: 'Fee',
    says: 'In hundredths of a percent. Empty: the usual.',
    as: 'amount',
  },
  {
    name: 'refund_cap',
    label: 'Refund cap',
    says: 'What the treasury adds, at most.',
    as: 'amount',
  },
  { name: 'id', label: 'Id', says: 'Empty: it is drawn.', onlyNew: true },
];

export const RISK: readonly Field[] = [
  {
    name: 'breaker_move',
    label: 'Halts at a move of',
    says: 'Empty: as the limits say.',
    as: 'amount',
  },
  { name: 'breaker_window_ms', label: 'Measured over, ms', as: 'amount' },
  { name: 'breaker_halt_ms', label: 'Buying rests for, ms', as: 'amount' },
  {
    name: 'position_limit',
    label: 'Shares one may hold',
    says: 'Empty: any number.',
    as: 'amount',
  },
  { name: 'extreme_price', label: 'All but certain above', says: 'Empty: 0.99.', as: 'amount' },
];

interface KindOf {
  readonly says: string;
  readonly fields: readonly Field[];
  /** What stands there to begin with. */
  readonly start: Readonly<Record<string, string>>;
  readonly hasTiers?: boolean;
}

export const KINDS: Readonly<Record<Kind, KindOf>> = {
  cpmm: {
    says: 'Two outcomes, of which one will be right. A pool of both gives the price.',
    fields: [
      { name: 'outcomes', label: 'Outcomes', says: 'Two names, upper case.' },
      { name: 'deposit', label: 'Deposit', says: 'Points the treasury puts in.', as: 'amount' },
      { name: 'probability', label: 'Chance of the first', says: '0.5 is even.', as: 'amount' },
      CATEGORY,
      ...TIMES,
    ],
    start: { outcomes: 'YES, NO', deposit: '1000', probability: '0.5' },
  },
  lmsr: {
    says: 'Up to 64 outcomes, of which one will be right. Their chances come to one.',
    fields: [
      { name: 'outcomes', label: 'Outcomes', says: 'Names with commas between.', as: 'lines' },
      {
        name: 'liquidity',
        label: 'Liquidity',
        says: 'More: trades move the price less.',
        as: 'amount',
      },
      CATEGORY,
      ...TIMES,
    ],
    start: { liquidity: '300' },
  },
  curve: {
    says: 'A share without an end of its own: facts move its fundamental, the crowd its price.',
    fields: [
      { name: 'fundamental', label: 'Fundamental', says: 'Points a share.', as: 'amount' },
      { name: 'slope', label: 'Slope', says: 'Points a share, for each share out.', as: 'amount' },
      { name: 'source', label: 'Who reports facts', says: 'A handle or an id.', as: 'person' },
      {
        name: 'fact_rules',
        label: 'What facts do',
        says: 'One a line: goal ×27/25, or red -0.5',
        as: 'lines',
      },
      { name: 'fact_cost_max', label: 'One fact costs at most', as: 'amount' },
      { name: 'fact_move_max', label: 'One fact moves at most', as: 'amount' },
      CATEGORY,
      ...TIMES,
    ],
    start: { fundamental: '10', slope: '0.02', fact_rules: 'goal ×27/25' },
  },
  rally: {
    says: 'A price that falls as people join; in the end everybody pays the same.',
    fields: [
      { name: 'minimum', label: 'Sold from', says: 'Units; below nothing is sold.' },
      { name: 'maximum', label: 'Units in all' },
      { name: 'per_person', label: 'One person at most', says: 'Empty: all.' },
      { name: 'seller', label: 'Seller', says: 'A handle or an id.', as: 'person' },
      CATEGORY,
      ...TIMES,
    ],
    start: { minimum: '5', maximum: '50', per_person: '5', category: 'rallies' },
    hasTiers: true,
  },
};
