/** What is asked of ticks. Our own markets' trades answer the same questions, under symbols of their own. */
import { formatTime } from '@fairground/engine';
import { asked } from '../readmodel/read-model.js';
import type { Look } from '../readmodel/read-worker.js';
import type { SqlRow } from '../readmodel/sql-store.js';
import { type Interval, MICROS } from './statements.js';
import type { Letter, LetterState } from './store.js';
import { formatMicros, OWN } from './tick.js';

const COLUMNS = 'n, at, source, symbol, price, size, side, id, late';
/** `$2`: of one source alone, where it is not empty. */
const TICKS = `select ${COLUMNS} from ticks.ticks where symbol = $1::text and ($2::text = '' or source = $2::text)`;
/** What was paid for each share; `$2`: the outcome, empty where a market has none. */
const TRADES = `select seq as n, at * 1000 as at, 'fairground' as source,
    'market:' || market || coalesce('/' || outcome, '') as symbol,
    trim_scale(round(case side when 'buy' then pays / gets else gets / pays end, 18)) as price,
    trim_scale(case side when 'buy' then gets else pays end / 1000000) as size, side, 'ord_' || seq as id, false as late
  from read.trades where market = $1::text and coalesce(outcome, '') = $2::text and type = 'trade' and pays > 0 and gets > 0`;

/** A market of ours and its outcome, where the symbol means one. */
export function ownMarket(symbol: string): { market: string; outcome: string } | undefined {
  if (!symbol.startsWith(OWN)) return undefined;
  const [market = '', outcome = ''] = symbol.slice(OWN.length).split('/');
  return { market, outcome };
}

export interface TicksAsked {
  readonly symbol: string;
  readonly source: string;
  readonly from: number;
  readonly to: number;
  readonly order: 'asc' | 'desc';
  /** Time and number of the last that was shown. */
  readonly past?: readonly [at: number, n: number] | undefined;
  readonly limit: number;
}

const whose = ({
  symbol,
  source,
}: {
  symbol: string;
  source: string;
}): readonly [string, string, string] => {
  const own = ownMarket(symbol);
  return own ? [TRADES, own.market, own.outcome] : [TICKS, symbol, source];
};

export function ticksLook({ from, to, order, past, limit, ...of }: TicksAsked): Look {
  const [relation, first, second] = whose(of);
  const beyond = order === 'asc' ? '>' : '<';
  const [at, n] = past ?? (order === 'asc' ? [-1, 0] : [Number.MAX_SAFE_INTEGER, 0]);
  return asked(
    `select ${COLUMNS} from (${relation}) t where at >= $3::bigint and at < $4::bigint
      and (at, n) ${beyond} ($5::bigint, $6::bigint) order by at ${order}, n ${order} limit $7::int`,
    first,
    second,
    from,
    to,
    at,
    n,
    limit,
  );
}

/** In the order they were taken, which is how whoever follows the feed fills his gap. */
export function afterLook(
  of: { symbol: string; source: string },
  after: number,
  limit: number,
): Look {
  const [relation, first, second] = whose(of);
  const rest = `where n > $3::bigint order by n limit $4::int`;
  return asked(`select ${COLUMNS} from (${relation}) t ${rest}`, first, second, after, limit);
}

export interface CandlesAsked {
  readonly symbol: string;
  readonly interval: Interval;
  readonly from: number;
  readonly to: number;
  /** Whether the oldest of them are wanted, where there are more. */
  readonly isForward: boolean;
  readonly limit: number;
}

const BOX = 'opens_at, open, high, low, close, volume, ticks, late';
const KEPT = `select ${BOX} from ticks.candles where symbol = $1::text and $2::text = '' and every = $3::bigint`;
const MADE = `select at - at % $3::bigint as opens_at, (array_agg(price order by at, n))[1] as open,
    max(price) as high, min(price) as low, (array_agg(price order by at desc, n desc))[1] as close,
    sum(size) as volume, count(*) as ticks, 0 as late from (${TRADES}) t group by 1`;

export function candlesLook({ symbol, interval, from, to, isForward, limit }: CandlesAsked): Look {
  const own = ownMarket(symbol);
  const order = isForward ? 'asc' : 'desc';
  return asked(
    `select * from (${own ? MADE : KEPT}) boxes where opens_at >= $4::bigint and opens_at < $5::bigint
      order by opens_at ${order} limit $6::int`,
    own?.market ?? symbol,
    own?.outcome ?? '',
    MICROS[interval],
    from,
    to,
    limit,
  );
}

const LATEST = `l.symbol, l.n, l.ticks, l.at, l.source, l.price, l.size, l.side, l.id`;
export const latestLook = (symbols: readonly string[]): Look =>
  asked(
    `select ${LATEST} from json_array_elements_text($1::text::json) as s (symbol) join ticks.latest l using (symbol)
      order by l.symbol`,
    JSON.stringify(symbols),
  );
/** Of those symbols, what changed after a number. */
export const changedLook = (symbols: readonly string[], after: number): Look =>
  asked(
    `select ${LATEST} from json_array_elements_text($1::text::json) as s (symbol) join ticks.latest l using (symbol)
      where l.n > $2::bigint order by l.n`,
    JSON.stringify(symbols),
    after,
  );
export const symbolsLook = (after: string, prefix: string, limit: number): Look =>
  asked(
    `select ${LATEST} from ticks.latest l where symbol collate "C" > $1::text collate "C"
      and starts_with(symbol, $2::text) order by symbol collate "C" limit $3::int`,
    after,
    prefix,
    limit,
  );
export const ownLatestLook = ({ market, outcome }: { market: string; outcome: string }): Look =>
  asked(
    `select symbol, n, count(*) over (), at, source, price, size, side, id from (${TRADES}) t order by at desc, n desc limit 1`,
    market,
    outcome,
  );

const LETTER = 'place, id, at, reason, message, payload, source, symbol, key, state, changed';
export interface LettersAsked {
  readonly state: LetterState;
  readonly reason: string;
  readonly source: string;
  readonly symbol: string;
}
export function lettersLook(
  { state, reason, source, symbol }: LettersAsked,
  { past, order, limit }: { past: number; order: 'asc' | 'desc'; limit: number },
): Look {
  const beyond = order === 'asc' ? '>' : '<';
  return asked(
    `select ${LETTER} from ticks.letters where state = $1::text and ($2::text = '' or reason = $2::text)
      and ($3::text = '' or source = $3::text) and ($4::text = '' or symbol = $4::text)
      and place ${beyond} $5::bigint order by place ${order} limit $6::int`,
    state,
    reason,
    source,
    symbol,
    past,
    limit,
  );
}
export const letterLook = (id: string): Look =>
  asked(`select ${LETTER} from ticks.letters where id = $1::text`, id);
export const openLettersLook = asked(
  `select count(*), count(distinct reason), max(at) from ticks.letters where state = 'open'`,
);

/** How it stands with all of them. */
export interface LettersNow {
  readonly open: number;
  /** The number of the newest, whatever became of it. */
  readonly n: number;
  /** When that one came. */
  readonly newest: string | null;
}
export const lettersNowLook = asked(
  `select place, at, (select count(*) from ticks.letters where state = 'open') from ticks.letters
    order by place desc limit 1`,
);
export function lettersNowOf(row: SqlRow | undefined): LettersNow {
  if (!row) return { open: 0, n: 0, newest: null };
  const [place, at, open] = row;
  return { open: Number(open), n: Number(place), newest: formatTime(Number(at)) };
}

const optional = (cell: string | null | undefined): string | null => cell ?? null;

/** As callers see it. */
export function tickShown([n, at, source, symbol, price, size, side, id, late]: SqlRow): object {
  return {
    n: Number(n),
    time: formatMicros(Number(at)),
    source,
    symbol,
    price,
    size,
    side: optional(side),
    id: optional(id),
    late: late === 'true' || late === 't',
  };
}

/** The newest by its time; `n` is the symbol's newest number, which a late tick moves too. */
export function latestShown([symbol, n, ticks, at, source, price, size, side, id]: SqlRow): object {
  const shown = { source, price, size, side: optional(side), id: optional(id) };
  return { symbol, n: Number(n), ticks: Number(ticks), time: formatMicros(Number(at)), ...shown };
}

/** `gap`: how many boxes before it held nothing. */
export function candlesShown(rows: readonly SqlRow[], interval: Interval): readonly object[] {
  let before: number | undefined;
  return rows.map(([opens, open, high, low, close, volume, ticks, late]) => {
    const at = Number(opens);
    const gap = before === undefined ? 0 : (at - before) / MICROS[interval] - 1;
    before = at;
    const prices = { open, high, low, close, volume };
    return { time: formatMicros(at), ...prices, ticks: Number(ticks), late: Number(late), gap };
  });
}

export interface KeptLetter extends Letter {
  readonly place: number;
  readonly at: number;
  readonly state: string;
  readonly changed: number;
}

const isReason = (text: string): text is Letter['reason'] => text !== '';
export function letterOf(row: SqlRow): KeptLetter {
  const [place, id, at, reason, message, payload, source, symbol, key, state, changed] =
    row.map(optional);
  const named = reason ?? '';
  return {
    place: Number(place),
    id: id ?? '',
    at: Number(at),
    reason: isReason(named) ? named : 'malformed',
    message: message ?? '',
    payload: payload ?? '',
    source: source ?? null,
    symbol: symbol ?? null,
    key: key ?? '',
    state: state ?? '',
    changed: Number(changed),
  };
}
