/** Ticks as a file, of whatever length: a page is read when the one before has left. */
import type { SqlRow } from '../readmodel/sql-store.js';
import { type TicksAsked, ticksLook, tickShown } from './questions.js';
import type { Ticks } from './ticks.js';
import { formatMicros } from './tick.js';

const PAGE = 5_000;
export const EXPORTS_MAX = 4;

const HEAD = 'n,time,source,symbol,price,size,side,id,late\n';

/** No field of a tick can hold a comma, a quote or the end of a line. */
const csvLine = ([n, at, source, symbol, price, size, side, id, late]: SqlRow): string => {
  const isLate = late === 'true' || late === 't';
  const cells = [n, formatMicros(Number(at)), source, symbol, price, size, side, id, isLate];
  return `${cells.map((cell) => cell ?? '').join(',')}\n`;
};

export async function* exported(
  ticks: Pick<Ticks, 'look'>,
  of: Omit<TicksAsked, 'limit' | 'past'>,
  format: 'csv' | 'ndjson',
): AsyncGenerator<string> {
  if (format === 'csv') yield HEAD;
  for (let past: TicksAsked['past']; ; ) {
    const [rows = []] = await ticks.look(ticksLook({ ...of, past, limit: PAGE }));
    if (rows.length > 0)
      yield rows
        .map((row) => (format === 'csv' ? csvLine(row) : `${JSON.stringify(tickShown(row))}\n`))
        .join('');
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    past = [Number(last[1]), Number(last[0])];
  }
}
