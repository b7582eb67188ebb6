import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { cursor, limit, seq } from '../edge/fields.js';
import { openCursor, sealCursor } from '../edge/paging.js';
import { tablesOf } from '../edge/read-tables.js';
import { catchUp, JSON_TYPE } from '../edge/read.js';
import { ticksOf } from '../edge/ticks.js';
import { Problem } from '../errors.js';
import type { Look } from '../readmodel/read-worker.js';
import type { SqlRow } from '../readmodel/sql-store.js';
import type { Shell } from '../shell.js';
import { exported, EXPORTS_MAX } from '../ticks/export.js';
import {
  afterLook,
  candlesLook,
  candlesShown,
  latestLook,
  latestShown,
  ownLatestLook,
  ownMarket,
  symbolsLook,
  ticksLook,
  tickShown,
} from '../ticks/questions.js';
import { INTERVALS } from '../ticks/statements.js';
import { isSymbol, microsOf } from '../ticks/tick.js';

const SYMBOL_FORM = 'A symbol has 1 to 64 of A-Z a-z 0-9 . _ : / -';
export const symbol = z.string().refine(isSymbol, SYMBOL_FORM);
const TIME_FORM = 'Microseconds since 1970, or ISO-8601 in UTC with up to six decimals';
const time = z.string().transform((text, context): number => {
  const at = microsOf(text);
  if (at !== undefined) return at;
  context.issues.push({ code: 'custom', message: TIME_FORM, input: text });
  return z.NEVER;
});
const END = Number.MAX_SAFE_INTEGER;
const range = { from: time.default(0), to: time.default(END) };
const TICKS_MAX = 1_000;
const most = z
  .string()
  .regex(/^\d{1,4}$/, 'A whole number')
  .transform(Number)
  .refine((value) => value >= 1 && value <= TICKS_MAX, `1 to ${TICKS_MAX}`)
  .default(100);

const query = z.strictObject({
  symbol,
  source: symbol.optional(),
  ...range,
  order: z.enum(['asc', 'desc']).default('desc'),
  after: seq.optional(),
  limit: most,
  cursor,
  format: z.enum(['json', 'csv', 'ndjson']).default('json'),
});
const candles = z.strictObject({
  symbol,
  interval: z.enum(INTERVALS).default('1m'),
  from: time.optional(),
  to: time.default(END),
  limit: most,
});
const latest = z.strictObject({
  symbols: z
    .string()
    .max(50 * 65)
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(symbol).min(1).max(50)),
});
const symbols = z.strictObject({ prefix: symbol.optional(), cursor, limit });

/** Ticks as they were kept; the trades of our own markets answer too, as `market:<id>/<outcome>`. */
export function ticks(app: App, shell: Shell): void {
  let exports = 0;
  app.get('/v1/ticks', { schema: { querystring: query } }, async (request, reply) => {
    const { limit: most, cursor: sealed, after, source = '', format, ...of } = request.query;
    await catchUp(shell, request);
    if (after !== undefined) {
      const found = await look(shell, of.symbol, afterLook({ ...of, source }, after, most));
      return answer(reply, { items: found.map(tickShown) });
    }
    if (format !== 'json') {
      if (exports >= EXPORTS_MAX) throw new Problem('too_many_requests', { retryAfterMs: 5_000 });
      exports++;
      const over = (): void => void exports--;
      const pages = exported(
        { look: (one) => looks(shell, of.symbol, one) },
        { ...of, source },
        format,
      );
      return sendFile(reply, Readable.from(pages).once('close', over), format);
    }
    const past = sealed === undefined ? undefined : placeIn(sealed);
    const asks = { ...of, source, past, limit: most + 1 };
    const found = await look(shell, of.symbol, ticksLook(asks));
    const shown = found.slice(0, most);
    const last = shown.at(-1);
    const items = shown.map(tickShown);
    if (!last || found.length <= most) return answer(reply, { items });
    return answer(reply, { items, cursor: sealCursor([Number(last[1]), Number(last[0])]) });
  });

  app.get('/v1/ticks/candles', { schema: { querystring: candles } }, async (request, reply) => {
    const { from, ...of } = request.query;
    await catchUp(shell, request);
    const isForward = from !== undefined;
    const found = await look(shell, of.symbol, candlesLook({ ...of, from: from ?? 0, isForward }));
    const items = candlesShown(isForward ? found : [...found].reverse(), of.interval);
    return answer(reply, { items });
  });

  app.get('/v1/ticks/latest', { schema: { querystring: latest } }, async (request, reply) => {
    await catchUp(shell, request);
    const wanted = request.query.symbols;
    const rows: SqlRow[] = [];
    const others = wanted.filter((one) => !ownMarket(one));
    if (others.length > 0) rows.push(...(await look(shell, '', latestLook(others))));
    for (const one of wanted) {
      const own = ownMarket(one);
      if (own) rows.push(...(await look(shell, one, ownLatestLook(own))));
    }
    return answer(reply, { items: rows.map(latestShown) });
  });

  app.get('/v1/ticks/symbols', { schema: { querystring: symbols } }, async (request, reply) => {
    const { prefix = '', cursor: sealed, limit: most } = request.query;
    const [after = ''] = sealed === undefined ? [] : openCursor(sealed, 1);
    const found = await look(shell, '', symbolsLook(after, prefix, most + 1));
    const shown = found.slice(0, most);
    const last = shown.at(-1)?.[0];
    const items = shown.map(latestShown);
    if (typeof last !== 'string' || found.length <= most) return answer(reply, { items });
    return answer(reply, { items, cursor: sealCursor([last]) });
  });
}

const answer = (reply: FastifyReply, body: object): FastifyReply =>
  reply.type(JSON_TYPE).send(JSON.stringify(body));

function sendFile(reply: FastifyReply, file: Readable, format: 'csv' | 'ndjson'): FastifyReply {
  const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
  return reply
    .header('content-disposition', `attachment; filename="ticks.${format}"`)
    .type(type)
    .send(file);
}

/** Our own markets' trades lie in the tables of the journal. */
async function looks(
  shell: Shell,
  of: string,
  ...asks: Look[]
): Promise<readonly (readonly SqlRow[])[]> {
  if (!ownMarket(of)) return ticksOf(shell).look(...asks);
  return (await tablesOf(shell).look(...asks)).rows;
}

const look = async (shell: Shell, of: string, ask: Look): Promise<readonly SqlRow[]> =>
  (await looks(shell, of, ask))[0] ?? [];

function placeIn(sealed: string): readonly [number, number] {
  const [at = '', n = ''] = openCursor(sealed, 2);
  if (/^\d{1,16}$/.test(at) && /^\d{1,15}$/.test(n)) return [Number(at), Number(n)];
  throw new Problem('bad_request', {
    details: [{ path: 'cursor', message: 'A cursor comes from the page before.' }],
  });
}
