/** What people are told that is in no entry, each once: it stands after the newest entry that the tables hold. */
import { effectId } from '../effects/effect-id.js';
import type { HouseNotice } from '../effects/house-notices.js';
import { ADD_NOTICES, HOUSE_NEXT, KEEP_CHECKPOINT } from './effect-tables.js';
import { deliveryOf, sendDeliveries, type Wish } from './entry-effects.js';
import type { RunSql } from './sql-store.js';

export interface HouseEffects {
  readonly notices: readonly HouseNotice[];
  readonly wanted: readonly Wish[];
  readonly at: number;
}

export async function tellHouse(
  run: RunSql,
  journal: string,
  { notices, wanted, at }: HouseEffects,
): Promise<void> {
  // While it is kept, nobody carries an entry into the tables.
  const [place] = (await run(KEEP_CHECKPOINT)).rows;
  const seq = Number(place?.[0] ?? 0);
  let n = Number((await run(HOUSE_NEXT, [seq])).rows[0]?.[0]);
  const told = notices.map(({ account, kind, market, about, data }) => {
    const receiver = `${account} ${market ?? ''}`;
    const id = effectId({ journal, seq: about, kind, receiver });
    return { id, account, kind, market, data, seq, n: n++, at };
  });
  const asRows = told.map(({ data, ...row }) => ({ ...row, data: JSON.stringify(data) }));
  const { rows } = await run(ADD_NOTICES, [JSON.stringify(asRows)]);
  const fresh = new Set(rows.map(([id]) => id));
  const deliveries = told
    .filter(({ id }) => fresh.has(id))
    .flatMap((notice) =>
      wanted
        .filter(({ account, kinds }) => account === notice.account && kinds.includes(notice.kind))
        .map(({ channel, receiver }) => deliveryOf(notice, channel, receiver)),
    );
  await sendDeliveries(run, deliveries);
}
