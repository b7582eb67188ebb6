/** The worked example of docs/mechanisms/lmsr.md is what the exchange does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { show, Trial } from './trial.js';

const PAGE = join(import.meta.dirname, '../../../docs/mechanisms/lmsr.md');

const STEP = /^(\w+) (buys|sells) (?:(\w+) for (\S+)|(\S+) (\w+))$/;

function row(trial: Trial, step: string): string {
  const [, who = '', verb, spendOn, spend, size = '', outcome = ''] = STEP.exec(step) ?? [];
  let moved = '';
  if (verb === 'sells') moved = `gets ${show(trial.sell(who, 'M1', outcome, size).gets)}`;
  else if (spend !== undefined) moved = `pays ${show(trial.buy(who, 'M1', spendOn, spend).pays)}`;
  else if (verb === 'buys') moved = `pays ${show(trial.buyShares(who, 'M1', outcome, size).pays)}`;
  const held = ['YES', 'NO'].map((one) => show(trial.world.books.issued(`M1:${one}`)));
  const price = show(trial.pool('M1').prices()[0] ?? 0n);
  return `| ${step} | ${held.join(' / ')} | ${moved}${moved && ' '}| ${show(trial.escrow('M1'))} | ${price} |`;
}

test('[N1] [N2] [N3] [N4] [N5] the worked example of the page, line by line', () => {
  const [, table = ''] = readFileSync(PAGE, 'utf8').split('<!-- worked -->\n');
  const rows = (table.split('\n\n')[0] ?? '').trim().split('\n').slice(2);
  expect(rows.length).toBe(5);
  const trial = new Trial().account('ana', '1000').account('bob', '1000').lmsr('M1', '100');
  for (const line of rows) expect(row(trial, line.split(' | ')[0]?.slice(2) ?? '')).toBe(line);
});
