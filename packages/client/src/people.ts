/** Calls about people: what I did and was worth, my keys, and what everybody may know of the others. */
import { outgoingId } from './amounts.js';
import type { Client } from './client.js';
import { Fields } from './fields.js';
import { getPage, getOne } from './get.js';
import {
  readHistory,
  readLeaderboard,
  readLeg,
  readMadeKey,
  readOwnKey,
  readPlayer,
} from './people-readers.js';
import { readOrder } from './readers.js';
import { queryText } from './requests.js';
import { later, writeOnce } from './retry.js';
import type { Wire } from './wire.js';

type People = Pick<Client, 'trades' | 'ledger' | 'portfolio' | 'leaderboard' | 'player' | 'keys'>;

export function peopleOf(wire: Wire): People {
  return {
    trades: (query, how) =>
      getPage(wire, `/v1/me/trades${queryText({ ...query })}`, readOrder, how),
    ledger: (query, how) => getPage(wire, `/v1/me/ledger${queryText({ ...query })}`, readLeg, how),
    portfolio: (query, how) =>
      getOne(wire, `/v1/me/portfolio/history${queryText({ ...query })}`, {
        what: 'portfolio',
        reader: readHistory,
        how,
      }),
    leaderboard: (query, how) =>
      getOne(wire, `/v1/leaderboard${queryText({ ...query })}`, {
        what: 'leaderboard',
        reader: readLeaderboard,
        how,
      }),
    player: later((handle, how) =>
      getOne(wire, `/v1/players/${encodeURIComponent(handle)}`, {
        what: 'player',
        reader: readPlayer,
        how,
      }),
    ),
    keys: {
      list: async (how) => (await getPage(wire, '/v1/me/keys', readOwnKey, how)).items,
      create: later(async (wanted, how) => {
        const request = { method: 'POST', path: '/v1/me/keys', body: wanted } as const;
        return readMadeKey(new Fields(await writeOnce(wire, request, how), 'key'));
      }),
      revoke: later(async (id, how) => {
        const path = `/v1/me/keys/${outgoingId('key', id)}`;
        await writeOnce(wire, { method: 'DELETE', path, body: {} }, how);
      }),
    },
  };
}
