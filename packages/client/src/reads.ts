/** Calls that change nothing. */
import type { Client } from './client.js';
import { outgoingId } from './amounts.js';
import { Fields } from './fields.js';
import {
  readFact,
  readHead,
  readMarket,
  readMarketDetail,
  readMe,
  readOrder,
  readPage,
  readPosition,
  readQuote,
  readRallyReceipt,
  readReceipt,
} from './readers.js';
import { bodyOfQuote, marketPath, queryText, rallyPath } from './requests.js';
import { type CallOptions, later, read } from './retry.js';
import type { Wire } from './wire.js';

type Reads = Pick<
  Client,
  'quote' | 'order' | 'facts' | 'me' | 'positions' | 'receipt' | 'rallyReceipt' | 'head'
>;

/** What a call reads, and how its answer is called where it is not as promised. */
interface Reading<T> {
  readonly what: string;
  readonly reader: (from: Fields) => T;
  readonly how: CallOptions | undefined;
}

async function get<T>(wire: Wire, path: string, { what, reader, how }: Reading<T>): Promise<T> {
  return reader(new Fields(await read(wire, { method: 'GET', path, signal: how?.signal }), what));
}

function getPage<T>(
  wire: Wire,
  path: string,
  reader: (from: Fields) => T,
  how: CallOptions | undefined,
) {
  return get(wire, path, { what: 'page', reader: (page) => readPage(page, reader), how });
}

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
      get(wire, `/v1/orders/${outgoingId('order', id)}`, { what: 'order', reader: readOrder, how }),
    ),
    facts: (query, how) => getPage(wire, `/v1/facts${queryText({ ...query })}`, readFact, how),
    me: (how) => get(wire, '/v1/me', { what: 'account', reader: readMe, how }),
    async positions(how) {
      return (await getPage(wire, '/v1/me/positions', readPosition, how)).items;
    },
    receipt: later((key, how) =>
      get(wire, `/v1/receipts/${outgoingId('key', key)}`, {
        what: 'receipt',
        reader: readReceipt,
        how,
      }),
    ),
    rallyReceipt: later((rally, query, how) =>
      get(wire, `${rallyPath(rally)}/receipt${queryText({ ...query })}`, {
        what: 'receipt',
        reader: readRallyReceipt,
        how,
      }),
    ),
    head: (seq, how) =>
      get(wire, `/v1/head${queryText({ seq })}`, { what: 'head', reader: readHead, how }),
  };
}

export function marketReadsOf(wire: Wire): Pick<Client['markets'], 'list' | 'get' | 'trades'> {
  return {
    list: (query, how) => getPage(wire, `/v1/markets${queryText({ ...query })}`, readMarket, how),
    get: later((id, how) =>
      get(wire, marketPath(id), { what: 'market', reader: readMarketDetail, how }),
    ),
    trades: later((id, query, how) =>
      getPage(wire, `${marketPath(id)}/trades${queryText({ ...query })}`, readOrder, how),
    ),
  };
}
