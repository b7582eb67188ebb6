/**
 * Opens a directory. What is wrong before the end is damage and refused; what is wrong at the end
 * is an append that a power cut tore, unless something says that it was durable.
 */
import path from 'node:path';
import { type Disk, readWhole, replaceDurably, writeAll } from './file-disk.js';
import { isStorageFull, JournalRefused } from './file-errors.js';
import { encodeFrame, readBody, readHeader } from './file-frame.js';
import { type Identity, encodeWatermark, readIdentity } from './file-marks.js';
import { readWatermark, watermarkPath, writeIdentity } from './file-marks.js';
import { Scan, damaged, hasLaterFrame, salvage, type Salvage } from './file-scan.js';
import { promisedBy, segmentsIn, writeZeros, type OpenSegment } from './file-segment.js';
import { FileSnapshots } from './file-snapshots.js';
import type { Group } from './journal.js';
import { decodeManifest } from './snapshot-manifest.js';

export interface RecoverOptions {
  readonly disk: Disk;
  readonly dir: string;
  readonly segmentBytes: number;
  readonly acceptLoss: boolean;
  /** For a directory that holds no journal yet. */
  readonly fresh: Identity;
}

export interface Recovered {
  readonly identity: Identity;
  readonly scan: Scan;
  /** The segment to go on in, copied and durable; undefined in a new journal. */
  readonly open: (OpenSegment & { readonly end: number }) | undefined;
  readonly warnings: readonly string[];
}

export function recover(options: RecoverOptions): Recovered {
  removeDrafts(options);
  try {
    return repair(options);
  } catch (error) {
    if (!isStorageFull(error)) throw error;
    removeDrafts(options);
    throw new JournalRefused(
      'storage_full',
      `There is no room in ${options.dir} to open the journal: ` +
        `a copy of its last segment takes ${options.segmentBytes} bytes. Nothing was lost.`,
    );
  }
}

function repair(options: RecoverOptions): Recovered {
  const { disk, dir } = options;
  const identity = readIdentity(disk, dir) ?? makeJournal(options);
  const names = disk.list(dir);
  const scan = new Scan(identity.id);
  const tail = scanAll(options, scan, names);
  const warnings = checkWatermark(options, scan, tail);
  warnings.push(...checkSnapshots(options, scan));
  const open = tail && copyTail(options, scan, tail);
  replaceDurably(disk, watermarkPath(dir), encodeWatermark(identity.id, scan.head.grp));
  if (tail?.rest?.torn.length) {
    const kept = `${tail.rest.count} of its lines are kept, its bytes are saved as ${tail.tornName}`;
    const said = warnings.length === 0 ? 'It was torn by a crash before it was acknowledged.' : '';
    warnings.push(`The last append is not whole: ${kept}. ${said}`.trimEnd());
  }
  return { identity, scan, open, warnings };
}

/** What was being made when an earlier process ended: never part of the journal. */
function removeDrafts({ disk, dir }: RecoverOptions): void {
  for (const name of disk.list(dir)) {
    if (/\.(new|tmp)$/.test(name)) disk.remove(path.join(dir, name));
  }
}

function makeJournal({ disk, dir, fresh }: RecoverOptions): Identity {
  if (segmentsIn(disk.list(dir)).length > 0) {
    throw new JournalRefused(
      'format',
      `${dir} holds segments but no journal.json. Restore that file.`,
    );
  }
  replaceDurably(disk, watermarkPath(dir), encodeWatermark(fresh.id, 0));
  writeIdentity(disk, dir, fresh);
  return fresh;
}

/** The last segment as found: its bytes, where the good groups end, and what lies behind them. */
interface Tail {
  readonly name: string;
  readonly bytes: Buffer;
  readonly end: number;
  readonly rest: Salvage | undefined;
  /** Where `rest` is saved. */
  readonly tornName: string;
}

function scanAll(options: RecoverOptions, scan: Scan, names: readonly string[]): Tail | undefined {
  let tail: Tail | undefined;
  const segments = segmentsIn(names);
  for (const name of segments) {
    const file = path.join(options.dir, name);
    const bytes = readWhole(options.disk, file);
    expectNext(file, name, scan);
    const stop = scan.run({ name, bytes, base: 0 });
    const isLast = name === segments.at(-1);
    const rest = stop.bad ? judgeBad({ file, bytes, at: stop.at, isLast }, scan) : undefined;
    tail = { name, bytes, end: stop.at, rest, tornName: tornName(name, names) };
  }
  return tail;
}

function expectNext(file: string, name: string, scan: Scan): void {
  const promised = promisedBy(name);
  const { grp, lastSeq } = scan.head;
  if (promised?.firstGrp === grp + 1 && promised.firstSeq === lastSeq + 1) return;
  throw new JournalRefused(
    'damaged',
    `${file}, line 1: the segment before it ends at group ${grp}, entry ${lastSeq}, ` +
      'so a segment is missing or does not belong here. Restore the directory from a backup.',
  );
}

/** Refuses what must have been durable; returns what can be kept of a torn append. */
function judgeBad(
  where: {
    readonly file: string;
    readonly bytes: Buffer;
    readonly at: number;
    readonly isLast: boolean;
  },
  scan: Scan,
): Salvage {
  const { file, bytes, at, isLast } = where;
  const expected = scan.head.grp + 1;
  const header = readHeader(scan.id, bytes, at);
  const rest = salvage(scan.id, bytes, at, scan.head);
  const isWhole = header !== undefined && readBody(scan.id, bytes, header) !== undefined;
  if (isLast && !isWhole && !hasLaterFrame(scan.id, bytes, at, expected)) return rest;
  throw damaged(
    { path: file, bytes, at: isWhole ? at : rest.wrongAt },
    `group ${expected} was durable and its bytes have changed since. ` +
      'Nothing was repaired: restore the directory from a backup.',
  );
}

function checkWatermark(options: RecoverOptions, scan: Scan, tail: Tail | undefined): string[] {
  const { disk, dir, acceptLoss } = options;
  const mark = readWatermark(disk, dir, scan.id);
  if (mark !== undefined && mark <= scan.head.grp) return [];
  const found = `ends at group ${scan.head.grp}, entry ${scan.head.lastSeq}`;
  const said =
    mark === undefined
      ? `its watermark is missing or damaged, so nobody can say how far it had got`
      : `group ${mark} was durable`;
  const next = `group ${scan.head.grp + 1} is not whole`;
  const place = tail?.rest ? ` ${damaged(whereWrong(dir, tail), next).message}.` : '';
  const loss = `The journal in ${dir} ${found}, but ${said}.${place}`;
  if (acceptLoss) return [`${loss} Went on without what is missing (--accept-loss).`];
  throw new JournalRefused(
    'loss',
    `${loss} Restore it from a backup, or start once with --accept-loss to go on without.`,
  );
}

/** A snapshot was made of durable entries only: one of an entry that is not here says that it was lost. */
function checkSnapshots({ disk, dir, acceptLoss }: RecoverOptions, { id, head }: Scan): string[] {
  const shelf = new FileSnapshots(disk, dir);
  const ahead = shelf.listNow().filter((seq) => {
    const manifest = seq > head.lastSeq ? decodeManifest(shelf.getNow(seq, 0) ?? '') : undefined;
    return manifest?.seq === seq && manifest.journal === id;
  });
  const [newest] = ahead;
  if (newest === undefined) return [];
  const loss = `The journal in ${dir} ends at entry ${head.lastSeq}, but there is a snapshot of entry ${newest}.`;
  if (!acceptLoss) {
    throw new JournalRefused(
      'loss',
      `${loss} Restore it from a backup, or start once with --accept-loss to go on without.`,
    );
  }
  for (const seq of ahead) shelf.dropNow(seq);
  return [`${loss} Went on without what is missing (--accept-loss); that snapshot is gone.`];
}

function whereWrong(dir: string, tail: Tail): { path: string; bytes: Buffer; at: number } {
  return { path: path.join(dir, tail.name), bytes: tail.bytes, at: tail.rest?.wrongAt ?? tail.end };
}

/**
 * Copies the last segment, for what the page cache shows need not be on the disk, and a write that
 * failed there is not reported twice.
 */
function copyTail(options: RecoverOptions, scan: Scan, tail: Tail): OpenSegment & { end: number } {
  const { disk, dir } = options;
  if (tail.rest?.torn.length) replaceDurably(disk, path.join(dir, tail.tornName), tail.rest.torn);
  const kept = tail.rest && tail.rest.count > 0 ? keepLines(scan, tail.rest) : undefined;
  const frame = kept ? encodeFrame(scan.id, kept) : Buffer.alloc(0);
  const end = tail.end + frame.length;
  const bytes = Math.max(options.segmentBytes, end);
  const draft = path.join(dir, `${tail.name}.new`);
  const file = disk.open(draft, 'create');
  writeAll(disk, file, tail.bytes.subarray(0, tail.end), 0);
  writeAll(disk, file, frame, tail.end);
  writeZeros(disk, file, end, bytes);
  disk.sync(file);
  disk.rename(draft, path.join(dir, tail.name));
  disk.syncDirectory(dir);
  if (kept) {
    scan.head = { grp: kept.grp, term: kept.term, lastSeq: kept.lastSeq, hash: kept.hash };
    scan.index.add(kept.firstSeq, { segment: tail.name, offset: tail.end, end });
  }
  return { name: tail.name, file, bytes, end };
}

/** The front of the torn group as a group of its own; a group has the term of the one before it. */
function keepLines({ head }: Scan, rest: Salvage): Group {
  return {
    grp: head.grp + 1,
    term: head.term,
    firstSeq: head.lastSeq + 1,
    lastSeq: head.lastSeq + rest.count,
    hash: rest.hash,
    lines: rest.lines.toString('latin1'),
  };
}

/** A segment can tear more than once in its life; none of what was saved is overwritten. */
function tornName(segment: string, names: readonly string[]): string {
  let count = 1;
  while (names.includes(`${segment}.${count}.torn`)) count += 1;
  return `${segment}.${count}.torn`;
}
