/** What is asked of the tables. Figures come as `$n`, each with its type: both databases then read them alike. */
import { CANDLE_COLUMNS, LEG_COLUMNS, TRADE_COLUMNS } from './rows-shown.js';

const half = (owner: 'sender' | 'receiver'): string => `(select ${LEG_COLUMNS} from read.transfers
  where ${owner} = $1::text and (seq, n) < ($2::bigint, $3::int) order by seq desc, n desc limit $4::int)`;
export const LEGS = `select * from (${half('sender')} union all ${half('receiver')}) legs
  order by seq desc, n desc limit $4::int`;
export const HISTORY = `select at, points, equity, granted from read.portfolio
  where account = $1::text and at < $2::bigint order by at desc limit $3::int`;
export const NOW = `select c.at, w.points, w.equity, w.granted
  from read.worth w cross join read.checkpoint c where w.account = $1::text`;
/**
 * Profit: how much more an account is worth beyond what it was given, since the newest hour kept before the window.
 * Return: that as millionths of what it began the window with and was given in it.
 */
export const BOARD = `select account, profit, gain, place from (
    select account, profit, gain, row_number() over (
      order by case when $2::text = 'return' then gain else profit end desc, number) as place
    from (
      select a.id as account, a.number, w.equity - w.granted - coalesce(p.equity - p.granted, 0) as profit,
        div((w.equity - w.granted - coalesce(p.equity - p.granted, 0)) * 1000000,
          greatest(coalesce(p.equity, 0) + w.granted - coalesce(p.granted, 0), 1)) as gain
      from read.accounts a join read.worth w on w.account = a.id
      cross join read.checkpoint c
      left join lateral (select equity, granted from read.portfolio
        where account = a.id and at <= c.at - $1::bigint and $1::bigint > 0
        order by at desc limit 1) p on true
    ) sums
  ) board where place > $3::bigint order by place limit $4::int`;
export const HELD = `select p.market, p.asset, b.amount, p.price from read.balances b
  join read.prices p on p.asset = b.asset
  where b.account = 'player:' || $1::text and b.amount > 0 order by p.market, p.place limit 100`;
/** Many ids at once. */
export const DONE = `select c.id, c.seq from json_array_elements_text($1::text::json) as asked (id)
  join read.commands c on c.id = asked.id`;
export const OLDER = `select * from (select ${CANDLE_COLUMNS} from read.candles
  where market = $1::text and every = $2::text and line = $3::int
    and opens_at >= $4::bigint and opens_at < $5::bigint order by opens_at desc limit $6::int) newest
  order by opens_at`;
const ordersOf = (owner: 'market' | 'account'): string => `select ${TRADE_COLUMNS} from read.trades
  where ${owner} = $1::text and seq < $2::bigint order by seq desc, n desc limit $3::int`;
export const ORDERS_OF = { market: ordersOf('market'), account: ordersOf('account') } as const;
