/**
 * Every statement of the store. Plain SQL, each a transaction of its own: nothing here relies on locks, triggers,
 * sequences or an isolation level, so the same text runs wherever a unique key is kept.
 */
import { GROUP_LIMITS } from './journal.js';

const NOW = 'floor(extract(epoch from clock_timestamp()) * 1000)::bigint';
const HEAD = `grp, term, last_seq, encode(hash, 'hex')`;
const GROUP = `grp, term, first_seq, last_seq, encode(hash, 'hex'), lines,
  case when first_seq > last_seq then '' else meta end`;

export const SQL = {
  /** The fence: a row needs its own, immutable predecessor, and the key lets only one follow that. */
  append: `insert into journal (shard, grp, term, first_seq, last_seq, hash, lines, meta)
    select $1::int, $2::bigint, $3::bigint, $4::bigint, $5::bigint, decode($6, 'hex'), $7::text, $9::text
    where exists (select 1 from journal p where p.shard = $1::int and p.grp = $2::bigint - 1
      and p.term = $3::bigint and p.last_seq = $4::bigint - 1 and p.hash = decode($8, 'hex'))`,

  /** The row that begins a term behind the newest group: from here on no older term finds its predecessor free. */
  termRow: `insert into journal (shard, grp, term, first_seq, last_seq, hash, lines, meta)
    select p.shard, p.grp + 1, $3::bigint, p.last_seq + 1, p.last_seq, p.hash, '', $5::text
    from journal p where p.shard = $1::int and p.grp = $2::bigint and p.term < $3::bigint
      and p.hash = decode($4, 'hex')`,

  head: `select ${HEAD} from journal where shard = $1::int order by grp desc limit 1`,

  /** With what a term row says of its writer; other rows keep trace contexts there. */
  newest: `select ${HEAD}, case when first_seq > last_seq then meta else '' end from journal where shard = $1::int order by grp desc limit 1`,

  rowAt: `select ${HEAD} from journal where shard = $1::int and grp = $2::bigint`,

  /** octet_length knows the size of a long text without unpacking it. */
  read: `select ${GROUP} from (
      select asked.*, sum(octet_length(lines)) over (order by grp) as bytes from (
        select * from journal where shard = $1::int and grp > $2::bigint and grp > 0
        order by grp limit $3::bigint) asked) counted
    where bytes <= ${GROUP_LIMITS.readBytesMax} order by grp`,

  /** A term row repeats its predecessor's last seq, and stands behind it. */
  groupOf: `select ${GROUP} from journal where shard = $1::int and last_seq >= $2::bigint
    order by last_seq, grp limit 1`,

  /** Row 0 says whose journal this is, as an export's first line does. */
  identity: 'select meta from journal where shard = $1::int and grp = 0',

  found: `insert into journal (shard, grp, term, first_seq, last_seq, hash, lines, meta)
    values ($1::int, 0, 0, 1, 0, decode($2, 'hex'), '', $3::text)`,

  makeLease: `insert into lease (shard, holder, url, term, beat, v)
    values ($1::int, '', '', 0, 0, 0)`,

  lease: 'select holder, url, term, beat, v from lease where shard = $1::int',

  /** Compare and set: only over the very beat that was seen, and never under a build that knows less. */
  takeLease: `update lease set holder = $2::text, url = $3::text, term = $4::bigint, beat = 0, v = $5::int
    where shard = $1::int and term = $6::bigint and beat = $7::bigint and v <= $5::int`,

  /** Only while the term is mine, my newest group is there, and nothing follows it but what I have under way. */
  beat: `update lease set beat = beat + 1
    where shard = $1::int and holder = $2::text and term = $3::bigint
      and exists (select 1 from journal p where p.shard = $1::int and p.grp = $4::bigint
        and p.hash = decode($5, 'hex'))
      and not exists (select 1 from journal n where n.shard = $1::int and n.grp = $4::bigint + 1
        and n.hash <> decode($6, 'hex'))
    returning ${NOW}`,

  clock: `select ${NOW}`,

  /** Changes nothing, yet is a commit: whatever was visible before it is replicated once it is answered. */
  confirm: 'update lease set beat = beat where shard = $1::int',

  release: `update lease set holder = '', url = '' where shard = $1::int and holder = $2::text`,
} as const;
