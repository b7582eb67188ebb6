/** What each node says its world came to at an entry, for the others to compare: small rows, the old ones dropped. */
import { ask, insist } from './postgres-insist.js';
import { text } from './postgres-rows.js';
import type { ShelfPlace } from './postgres-shelf.js';

export const DIGEST_SQL = {
  say: `insert into digest (shard, seq, node, digest)
    values ($1::int, $2::bigint, $3::text, $4::text)`,
  said: `select node, digest from digest where shard = $1::int and seq = $2::bigint order by node`,
  withdraw: 'delete from digest where shard = $1::int and seq = $2::bigint and node = $3::text',
  drop: 'delete from digest where shard = $1::int and seq < $2::bigint',
} as const;

export interface DigestSaid {
  readonly node: string;
  readonly digest: string;
}

/** What nodes say to each other of their worlds. */
export interface Digests {
  /** Once for each entry and node: what was said first stands. */
  say(seq: number, digest: string): Promise<void>;
  /** What everybody said of that entry. */
  said(seq: number): Promise<readonly DigestSaid[]>;
  /** This node was wrong. */
  withdraw(seq: number): Promise<void>;
  /** What lies below this entry is of no interest any more. */
  dropBelow(seq: number): Promise<void>;
}

export class PostgresDigests implements Digests {
  readonly #place: ShelfPlace;
  readonly #node: string;

  constructor(place: ShelfPlace, node: string) {
    this.#place = place;
    this.#node = node;
  }

  say(seq: number, digest: string): Promise<void> {
    return this.#change(DIGEST_SQL.say, seq, this.#node, digest);
  }

  async said(seq: number): Promise<readonly DigestSaid[]> {
    const { shard, session, waits } = this.#place;
    const rows = await ask(session, waits, DIGEST_SQL.said, [shard, seq]);
    return rows.map(([node, digest]) => ({ node: text(node), digest: text(digest) }));
  }

  withdraw(seq: number): Promise<void> {
    return this.#change(DIGEST_SQL.withdraw, seq, this.#node);
  }

  dropBelow(seq: number): Promise<void> {
    return this.#change(DIGEST_SQL.drop, seq);
  }

  async #change(statement: string, ...values: readonly (number | string)[]): Promise<void> {
    const { shard, session, waits } = this.#place;
    await insist(session, waits, statement, [shard, ...values]);
  }
}
