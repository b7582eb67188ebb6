/** Every mechanism, pool and size in one file of plain decimals: a change of formula is a column of changed numbers. */
import { expect, test } from 'vitest';
import { CpmmPool } from '../src/mechanism/cpmm.js';
import { CurvePool } from '../src/mechanism/curve.js';
import { LmsrPool } from '../src/mechanism/lmsr.js';
import type { Fill, Pool } from '../src/mechanism/mechanism.js';
import { d, show } from './trial.js';

interface Subject {
  readonly name: string;
  readonly pool: Pool;
  readonly outcomes: readonly string[];
}

const cpmm = (yes: string, no: string): Subject => ({
  name: `cpmm@1 · YES ${yes} / NO ${no}`,
  pool: new CpmmPool(d(yes), d(no)),
  // Where both sides are alike, one says it all.
  outcomes: yes === no ? ['YES'] : ['YES', 'NO'],
});
const lmsr = (b: string, ...held: readonly string[]): Subject => ({
  name: `lmsr@1 · b ${b}, ${held.join(' / ')} held`,
  pool: new LmsrPool(held.map(d), d(b)),
  outcomes: [...new Set(held)].map((size) => `T${held.indexOf(size) + 1}`),
});
const curve = (f: string, m: string, s: string): Subject => ({
  name: `curve@1 · F ${f}, m ${m}, ${s} sold`,
  pool: new CurvePool(d(f), d(m), d(s)),
  outcomes: [''],
});

const SUBJECTS: readonly Subject[] = [
  cpmm('1000', '1000'),
  cpmm('400', '600'),
  cpmm('911.746813', '1099'),
  cpmm('10', '990'),
  cpmm('1', '1'),
  cpmm('0.000001', '0.000001'),
  cpmm('0.000003', '900'),
  cpmm('1000000000000', '1000000000000'),
  lmsr('100', '0', '0'),
  lmsr('100', '10', '0'),
  lmsr('100', '0', '10', '20'),
  lmsr('1', '600', '0', '0.333333'),
  lmsr('1000000000', '1000', '0'),
  curve('10', '0.025', '0'),
  curve('10', '0.025', '100'),
  curve('10.000001', '0.024999', '33.333333'),
  curve('0.01', '0.000001', '100000'),
  curve('0.01', '1000000', '1'),
  curve('1000000', '1000000', '0.5'),
];
const SIZES = ['0.000001', '0.001', '0.333333', '1', '10', '100', '1000', '10000', '1000000'];
const FEES = [0, 200];

const WIDTHS = [14, 12, 22, 22, 20, 22];
const line = (cells: readonly string[]): string =>
  `  ${cells.map((cell, n) => (n === 0 ? cell.padEnd(WIDTHS[n] ?? 0) : cell.padStart(WIDTHS[n] ?? 0))).join('')}`;

function row(verb: string, size: string, fill: Fill | undefined): string {
  if (!fill) return line([verb, size, 'nothing']);
  const price = fill.after.prices()[fill.outcome] ?? 0n;
  return line([verb, size, show(fill.pays), show(fill.gets), show(fill.fee), show(price)]);
}

function sheet(subject: Subject, bps: number): string {
  const { pool, outcomes } = subject;
  const lines = [`${subject.name} · ${bps} bps · price ${pool.prices().map(show).join(' / ')}`];
  lines.push(line(['', 'size', 'pays', 'gets', 'fee', 'price after']));
  outcomes.forEach((outcome, index) => {
    const name = (verb: string): string => `${verb} ${outcome}`.trim();
    for (const size of SIZES)
      lines.push(row(name('spend on'), size, pool.buyBySpend(index, d(size), bps)));
    for (const size of SIZES)
      lines.push(row(name('buy'), size, pool.buyByShares(index, d(size), bps)));
    for (const size of SIZES) {
      const most = pool instanceof LmsrPool ? pool.held[index] : undefined;
      const supply = pool instanceof CurvePool ? pool.supply : most;
      if (supply === undefined || d(size) <= supply)
        lines.push(row(name('sell'), size, pool.sell(index, d(size), bps)));
    }
  });
  return lines.join('\n');
}

test('prices are what they were', async () => {
  const sheets = SUBJECTS.flatMap((subject) => FEES.map((bps) => sheet(subject, bps)));
  await expect(`${sheets.join('\n\n')}\n`).toMatchFileSnapshot('./matrix.txt');
});
