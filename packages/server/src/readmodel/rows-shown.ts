/** Rows of the tables as callers see them: the same words and forms as from memory. */
import { formatAmount, formatTime, micro, type OrderView } from '@fairground/engine';
import { z } from 'zod';
import type { CandleView } from './candles.js';
import type { SqlRow } from './sql-store.js';

const text = (cell: string | null | undefined): string => cell ?? '';
const amount = (cell: string | null | undefined): string =>
  formatAmount(micro(BigInt(cell ?? '0')));
const time = (cell: string | null | undefined): string => formatTime(Number(cell));

export const TRADE_COLUMNS =
  'seq, hash, at, type, market, account, side, outcome, pays, gets, fee, merged, units';

const isType = (type: string): type is OrderView['type'] =>
  type === 'trade' || type === 'mint' || type === 'merge' || type === 'join';

export function orderShown(row: SqlRow): OrderView {
  const [seq, hash, at, type, market, account, side, outcome, pays, gets, fee, merged, units] = row;
  const named = text(type);
  return {
    id: `ord_${text(seq)}`,
    seq: Number(seq),
    hash: text(hash),
    at: time(at),
    type: isType(named) ? named : 'trade',
    market: text(market),
    account: text(account),
    ...(side === 'buy' || side === 'sell' ? { side } : {}),
    ...(typeof outcome === 'string' ? { outcome } : {}),
    pays: amount(pays),
    gets: amount(gets),
    fee: amount(fee),
    ...(typeof merged === 'string' ? { merged: amount(merged) } : {}),
    ...(typeof units === 'string' ? { units: Number(units) } : {}),
  };
}

export const CANDLE_COLUMNS = 'opens_at, open, high, low, close, volume';

/** `isTurned`: of the second of two outcomes, whose price is what the first one's leaves of a Point. */
export function candleShown(row: SqlRow, isTurned: boolean): CandleView {
  const [at, open, high, low, close, volume] = row;
  const shown = (cell: string | null | undefined): string => {
    const price = BigInt(cell ?? '0');
    return formatAmount(micro(isTurned ? 1_000_000n - price : price));
  };
  return {
    time: time(at),
    open: shown(open),
    high: shown(isTurned ? low : high),
    low: shown(isTurned ? high : low),
    close: shown(close),
    volume: amount(volume),
  };
}

export const LEG_COLUMNS = 'seq, n, at, event, market, sender, receiver, asset, amount';

/** One leg of the ledger as whoever owns `account` sees it: what came is positive, what went negative. */
export function legShown(account: string, row: SqlRow): object {
  const [seq, n, at, event, market, sender, receiver, asset, moved] = row;
  const change = formatAmount(BigInt(moved ?? '0') * (sender === account ? -1n : 1n));
  return {
    seq: Number(seq),
    leg: Number(n),
    at: time(at),
    event: text(event),
    ...(typeof market === 'string' ? { market } : {}),
    asset: text(asset),
    change,
    with: text(sender === account ? receiver : sender),
  };
}

/** What an account was worth at a time: `profit` is what it has beyond what it was given. */
export function worthShown([at, points, equity, granted]: SqlRow): object {
  const profit = formatAmount(BigInt(equity ?? '0') - BigInt(granted ?? '0'));
  return { at: time(at), points: amount(points), equity: amount(equity), profit };
}

const Data = z.record(z.string(), z.union([z.string(), z.number()]));

/** A notice as it is told; its place is where whoever has read it may say he has read up to. */
export function noticeShown([id, seq, n, at, kind, market, data]: SqlRow): object {
  return {
    id: text(id),
    place: `${text(seq)}.${text(n)}`,
    seq: Number(seq),
    at: time(at),
    kind: text(kind),
    ...(typeof market === 'string' ? { market } : {}),
    data: Data.parse(JSON.parse(text(data))),
  };
}

export function deliveryShown([id, kind, seq, made, status, tries, error, ended]: SqlRow): object {
  return {
    id: text(id),
    kind: text(kind),
    seq: Number(seq),
    at: time(made),
    // Whoever looks need not know whose turn it is.
    status: status === 'again' ? 'pending' : text(status),
    attempts: Number(tries),
    error: error ?? null,
    ended: typeof ended === 'string' ? time(ended) : null,
  };
}
