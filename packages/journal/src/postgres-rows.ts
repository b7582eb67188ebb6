/** Rows as groups: a column that is not what it must be is a fault, never a guess. */
import type { Group, Head } from './journal.js';
import type { LeaseView } from './lease.js';

type Row = readonly (string | null)[];

export function headFrom([grp, term, lastSeq, hash]: Row): Head {
  return { grp: whole(grp), term: whole(term), lastSeq: whole(lastSeq), hash: text(hash) };
}

export function groupFrom([grp, term, firstSeq, lastSeq, hash, lines, meta]: Row): Group {
  const kept = text(meta);
  return {
    grp: whole(grp),
    term: whole(term),
    firstSeq: whole(firstSeq),
    lastSeq: whole(lastSeq),
    hash: text(hash),
    lines: text(lines),
    ...(kept !== '' && { meta: kept }),
  };
}

export function leaseFrom([holder, url, term, beat, v]: Row): LeaseView {
  return {
    holder: text(holder),
    url: text(url),
    term: whole(term),
    beat: whole(beat),
    v: whole(v),
  };
}

export function whole(value: string | null | undefined): number {
  const number = Number(value ?? Number.NaN);
  if (!Number.isSafeInteger(number))
    throw new RangeError(`The database gave ${String(value)} for a number.`);
  return number;
}

export function text(value: string | null | undefined): string {
  if (typeof value !== 'string') throw new RangeError('The database gave nothing for a text.');
  return value;
}
