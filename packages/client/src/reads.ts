/** Calls that change nothing. */
import type { Client } from './client.js';
import { outgoingId } from './amounts.js';
import { formatTime } from '@fairground/engine';
import { Fields } from './fields.js';
import { getOne, getPage } from './get.js';
import {
  readCandle,
  readFact,
  readHead,
  readMarket,
  readMarketDetail,
  readMe,
  readOrder,
  readPosition,
  readQuote,
  readRallyReceipt,
  readReceipt,
} from './readers.js';
import { bodyOfQuote, type CandleQuery, marketPath, queryText, rallyPath } from './requests.js';
import { later, read } from './retry.js';
import type { Wire } from './wire.js';

type Reads = Pick<
  Client,
  'quote' | 'order' | 'facts' | 'me' | 'positions' | 'receipt' | 'rallyReceipt' | 'head'
>;

export function readsOf(wire: Wire): Reads {
  return {
    async quote(request, how) {
      const path = `${marketPath(request.market)}/quote`;
      const asked = {
        method: 'POST',
        path,
        body: bodyOfQuote(request),
        signal: how?.signal,
      } as const;
      return readQuote(new Fields(await read(wire, asked), 'quote'));
    },
    order: later((id, how) =>
      getOne(wire, `/v1/orders/${outgoingId('order', id)}`, {
        what: 'order',
        reader: readOrder,
        how,
      }),
    ),
    facts: (query, how) => getPage(wire, `/v1/facts${queryText({ ...query })}`, readFact, how),
    me: (how) => getOne(wire, '/v1/me', { what: 'account', reader: readMe, how }),
    async positions(how) {
      return (await getPage(wire, '/v1/me/positions', readPosition, how)).items;
    },
    receipt: later((key, how) =>
      getOne(wire, `/v1/receipts/${outgoingId('key', key)}`, {
        what: 'receipt',
        reader: readReceipt,
        how,
      }),
    ),
    rallyReceipt: later((rally, query, how) =>
      getOne(wire, `${rallyPath(rally)}/receipt${queryText({ ...query })}`, {
        what: 'receipt',
        reader: readRallyReceipt,
        how,
      }),
    ),
    head: (seq, how) =>
      getOne(wire, `/v1/head${queryText({ seq })}`, { what: 'head', reader: readHead, how }),
  };
}

export function marketReadsOf(
  wire: Wire,
): Pick<Client['markets'], 'list' | 'get' | 'trades' | 'candles'> {
  return {
    list: (query, how) => getPage(wire, `/v1/markets${queryText({ ...query })}`, readMarket, how),
    get: later((id, how) =>
      getOne(wire, marketPath(id), { what: 'market', reader: readMarketDetail, how }),
    ),
    trades: later((id, query, how) =>
      getPage(wire, `${marketPath(id)}/trades${queryText({ ...query })}`, readOrder, how),
    ),
    candles: later(async (id, query = {}, how) => {
      const path = `${marketPath(id)}/candles${candleQuery(query)}`;
      return (await getPage(wire, path, readCandle, how)).items;
    }),
  };
}

function candleQuery({ interval, outcome, from, to }: CandleQuery): string {
  const at = (ms: number | undefined) => (ms === undefined ? undefined : formatTime(ms));
  return queryText({ interval, outcome, from: at(from), to: at(to) });
}
