/** A benchmark's result: ratios against a baseline of the same run, with the conditions they hold under. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** How often a second, against a baseline's. */
export interface RateRow {
  readonly what: string;
  /** Per second. */
  readonly rate: number;
  readonly baseline: string;
  readonly baselineRate: number;
  /** What the ratio aims at; absent where there is no aim. */
  readonly aim?: number;
  readonly note?: string;
}

/** How long, against the same without what is measured, where there is such a thing. */
export interface TimeRow {
  readonly what: string;
  readonly ms: number;
  readonly baseline?: string;
  readonly baselineMs?: number;
  /** What the time itself aims at. */
  readonly aimMs?: number;
  /** What its ratio aims at. */
  readonly aim?: number;
  readonly note?: string;
}

export type Row = RateRow | TimeRow;

/** `short` for all benches together in minutes, `full` where one is asked for by name. */
export type Size = 'short' | 'full';

export interface Report {
  readonly name: string;
  readonly conditions: readonly string[];
  readonly rows: readonly Row[];
}

/** Nearest, in thousands with one decimal. */
const rateText = (rate: number): string =>
  rate >= 10_000 ? `${(rate / 1000).toFixed(0)} k/s` : `${rate.toFixed(0)} /s`;

const timeText = (ms: number): string =>
  ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(1)} ms`;

export function ratioOf(row: Row): number | undefined {
  if ('rate' in row) return row.rate / row.baselineRate;
  return row.baselineMs === undefined ? undefined : row.ms / row.baselineMs;
}

function cellsOf(row: Row): string[] {
  const ratio = ratioOf(row)?.toFixed(2) ?? '–';
  const note = row.note ?? '';
  if ('rate' in row) {
    const aim = row.aim === undefined ? '–' : `≥ ${row.aim}`;
    return [
      row.what,
      rateText(row.rate),
      row.baseline,
      rateText(row.baselineRate),
      ratio,
      aim,
      note,
    ];
  }
  const aims = [
    row.aimMs === undefined ? [] : `≤ ${row.aimMs} ms`,
    row.aim === undefined ? [] : `≤ ${row.aim}`,
  ];
  const aim = aims.flat().join(', ') || '–';
  const baseline = row.baselineMs === undefined ? '–' : timeText(row.baselineMs);
  return [row.what, timeText(row.ms), row.baseline ?? '–', baseline, ratio, aim, note];
}

export function tableOf({ name, conditions, rows }: Report): string {
  const head = ['what', 'reached', 'baseline', 'of it', 'ratio', 'aim', ''];
  const cells = rows.map(cellsOf);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const lines = [
    `${name}`,
    line(head),
    ...cells.map(line),
    ...conditions.map((text) => `  ${text}`),
  ];
  return `${lines.join('\n')}\n`;
}

export function machine(): string {
  const [cpu] = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return `${os.cpus().length} × ${cpu?.model ?? 'unknown'}, ${memory} GB, ${os.type()}, Node ${process.versions.node}`;
}

/** Writes `bench-results/NAME.json`. */
export function save(report: Report, dir: string): void {
  fs.mkdirSync(dir, { recursive: true });
  const rows = report.rows.map((row) => ({ ...row, ratio: ratioOf(row) }));
  const text = JSON.stringify({ ...report, rows }, null, 2);
  fs.writeFileSync(path.join(dir, `${report.name}.json`), `${text}\n`);
}

/** Times `work` in rounds that alternate with the baseline's, so that a noisy minute hits both. */
export async function race(
  rounds: number,
  baseline: () => number | Promise<number>,
  ...works: readonly (() => number | Promise<number>)[]
): Promise<readonly number[]> {
  const rates: number[][] = [[], ...works.map(() => [])];
  for (let round = 0; round < rounds; round++) {
    for (const [index, work] of [baseline, ...works].entries()) rates[index]?.push(await work());
  }
  return rates.map(median);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** `part` of the values lie at or below it. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** Runs `work` `count` times and gives how often a second that is. */
export function rateOf(count: number, work: (n: number) => void): number {
  const start = performance.now();
  for (let n = 0; n < count; n++) work(n);
  return (count / (performance.now() - start)) * 1000;
}
