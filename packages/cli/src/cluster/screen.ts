/** The screen is a function of what there is to see, the columns and the rows: nothing on it is longer or higher. */
import { statusLine } from '../demo/status.js';
import { fit, grouped, plain, width } from '../print.js';
import type { ClusterView, Happening, MemberView } from './view.js';

/** A shorter silence is nobody's business: a group takes some milliseconds, a page longer. */
const SILENT_MS = 1_500;
const HAPPENINGS_MIN = 3;
const GAP = '  ';

export type Paint = 'bold' | 'dim' | 'red' | 'green';

export interface ScreenLine {
  readonly text: string;
  readonly paint?: Paint;
}

export interface Seen {
  readonly view: ClusterView;
  /** The node that keys act on, from 1. */
  readonly chosen: number;
  readonly asksHelp: boolean;
  readonly isEnding: boolean;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export function screen(seen: Seen, { columns, rows }: Size): readonly ScreenLine[] {
  const top = [...heading(seen, columns), { text: '' }, ...nodes(seen, columns), { text: '' }];
  const bottom = [{ text: '' }, ...keys(seen, columns)];
  const room = Math.max(HAPPENINGS_MIN, rows - top.length - bottom.length);
  const middle = seen.asksHelp ? HELP.map((text) => ({ text })) : happened(seen.view, room);
  const all = [...top, ...middle.slice(0, room), ...bottom];
  return all.slice(0, rows).map(({ text, ...rest }) => ({ text: fit(text, columns), ...rest }));
}

/** The same in one line, for where nobody looks. */
export function clusterLine(view: ClusterView): string {
  const { database, demo, silentMs, members } = view;
  const nodes = members.map(({ number, state, term, behind }) => {
    const figures = [term === undefined ? '' : ` t${term}`, behind ? ` −${grouped(behind)}` : ''];
    return `${number} ${state}${figures.join('')}`;
  });
  const parts = [
    demo?.phase === 'listing' ? statusLine(demo) : `entry ${grouped(newestOf(members))}`,
    tradesOf(view),
    nodes.join(', '),
    `PostgreSQL ${database}`,
    isSilent(silentMs) ? `no writes for ${secondsOf(silentMs)} s` : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

const tradesOf = ({ demo }: ClusterView): string =>
  demo && demo.phase !== 'listing' ? `${demo.tradesPerSecond.toFixed(0)} trades/s` : '';

export const secondsOf = (ms: number): string => (ms / 1_000).toFixed(1);
const isSilent = (ms: number): boolean => ms >= SILENT_MS;
const newestOf = (members: readonly MemberView[]): number =>
  Math.max(0, ...members.map(({ seq }) => seq ?? 0));

function heading({ view, isEnding }: Seen, columns: number): readonly ScreenLine[] {
  const { demo, database, silentMs, members } = view;
  const play: ScreenLine = demo
    ? { text: plain(statusLine(demo, columns)), paint: 'bold' }
    : { text: 'The cluster is coming up …', paint: 'bold' };
  const isWell = !isSilent(silentMs) && (database === 'up' || database === 'not ours');
  const writes = isSilent(silentMs) ? `NO WRITES for ${secondsOf(silentMs)} s` : 'writes flow';
  const parts = [
    `PostgreSQL ${database}`,
    demo ? writes : '',
    columns >= 60 ? `entry ${grouped(newestOf(members))}` : '',
    columns >= 70 ? tradesOf(view) : '',
  ];
  const well = isEnding
    ? 'ending: what was accepted is being finished …'
    : parts.filter((part) => part !== '').join(' · ');
  return [play, { text: well, paint: isWell ? 'green' : 'red' }];
}

interface Column {
  readonly name: string;
  readonly right?: boolean;
  /** The higher, the sooner it goes where columns are few. */
  readonly spare: number;
  /** So wide at least: figures that change all the time must not make the table breathe. */
  readonly least?: number;
  readonly of: (member: MemberView) => string;
}

const count = (value: number | undefined): string => (value === undefined ? '–' : grouped(value));

const COLUMNS: readonly Column[] = [
  { name: 'NODE', spare: 0, of: ({ number }) => String(number) },
  { name: 'STATE', spare: 0, least: 11, of: ({ state }) => state },
  { name: 'TERM', spare: 1, right: true, of: ({ term }) => count(term) },
  { name: 'ENTRY', spare: 0, right: true, of: ({ seq }) => count(seq) },
  { name: 'BEHIND', spare: 4, right: true, least: 10, of: lagOf },
  { name: 'SOCKETS', spare: 5, right: true, of: ({ sockets }) => count(sockets) },
  { name: 'PROCESS', spare: 6, right: true, of: ({ pid }) => (pid === undefined ? '–' : `${pid}`) },
  { name: 'PAGE', spare: 2, of: ({ url }) => url },
  { name: 'PORT', spare: 3, of: ({ url }) => `:${new URL(url).port}` },
];

/** Entries, and for how long it has not seen the end. */
function lagOf({ behind, lagMs }: MemberView): string {
  if (behind === undefined || lagMs === undefined) return '–';
  const late = lagMs >= 1_000 ? ` · ${secondsOf(lagMs)} s` : ` · ${lagMs} ms`;
  return `${grouped(behind)}${late}`;
}

/** Whether there is room for the page is asked before whether there is for its port. */
function columnsFor(members: readonly MemberView[], columns: number): readonly Column[] {
  let kept = COLUMNS.filter(({ name }) => name !== 'PORT');
  for (let spare = 6; spare > 0 && lengthOf(kept, members) > columns; spare--) {
    const hasPort = kept.some(({ name }) => name === 'PORT');
    kept = kept.filter((column) => column.spare !== spare);
    const pageWent = spare === 2 && !hasPort;
    const port = COLUMNS.find(({ name }) => name === 'PORT');
    if (pageWent && port) kept = [...kept, port];
  }
  return kept;
}

const lengthOf = (kept: readonly Column[], members: readonly MemberView[]): number =>
  kept.reduce((sum, column) => sum + widthOf(column, members) + GAP.length, 0);

const widthOf = ({ name, of, least = 0 }: Column, members: readonly MemberView[]): number =>
  Math.max(least, width(name), ...members.map((member) => width(of(member))));

function nodes({ view: { members }, chosen }: Seen, columns: number): readonly ScreenLine[] {
  const kept = columnsFor(members, columns);
  const widths = kept.map((column) => widthOf(column, members));
  const draw = (mark: string, cells: readonly string[]): string =>
    `${mark} ${kept
      .map((column, index) => {
        const text = cells[index] ?? '';
        const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - width(text)));
        return column.right ? space + text : text + space;
      })
      .join(GAP)}`.trimEnd();
  const head = {
    text: draw(
      ' ',
      kept.map(({ name }) => name),
    ),
    paint: 'dim' as const,
  };
  const rows = members.map((member): ScreenLine => {
    const text = draw(
      member.number === chosen ? '›' : ' ',
      kept.map(({ of }) => of(member)),
    );
    const paint = PAINTS[member.state];
    return paint ? { text, paint } : { text };
  });
  return [head, ...rows, ...doubts(members)];
}

const PAINTS: Readonly<Record<MemberView['state'], Paint | undefined>> = {
  leading: 'green',
  following: undefined,
  starting: 'dim',
  rebuilding: 'dim',
  draining: 'dim',
  silent: 'red',
  stopped: 'red',
  paused: 'red',
  partitioned: 'red',
  dead: 'red',
};

/** A leader that is cut off cannot know that it leads no more: what it decides is written nowhere. */
const doubts = (members: readonly MemberView[]): readonly ScreenLine[] =>
  members
    .filter(({ says }) => says === 'leading')
    .map(({ number }) => ({
      text: `  node ${number} believes that it leads; it can write nothing`,
    }));

function happened({ happenings }: ClusterView, room: number): readonly ScreenLine[] {
  return happenings.slice(-room).map((happening, index, shown) => {
    const text = happeningLine(happening);
    return index === shown.length - 1 ? { text } : { text, paint: 'dim' };
  });
}

export function happeningLine({ afterMs, text }: Happening): string {
  const seconds = Math.floor(afterMs / 1_000);
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return plain(`${clock.padStart(6)}  ${text}`);
}

const HELP: readonly string[] = [
  '  1–9  choose a node; its line is marked ›',
  '  k    kill it, as a power cut would (kill -9)',
  '  p    pause it, and let it go on',
  '  x    cut it off from the database and the others, and heal it',
  '  r    restart it: a live one is drained first',
  '  d    restart PostgreSQL',
  '  q    end: all is drained, and goes on next time',
  '  ?    this list',
];

function keys({ view, chosen }: Seen, columns: number): readonly ScreenLine[] {
  const last = Math.min(9, view.members.length);
  const long = `1–${last} choose · k kill · p pause · x cut off · r restart · d PostgreSQL · ? help · q quit`;
  const short = `1–${last}  k kill  p pause  x cut  r restart  d db  ?  q`;
  const shortest = `1–${last} k p x r d ? q`;
  const text = [long, short].find((each) => width(each) + 8 <= columns) ?? shortest;
  return [{ text: `node ${chosen}: ${text}`, paint: 'dim' }];
}
