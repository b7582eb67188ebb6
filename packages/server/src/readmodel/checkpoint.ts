/** How far the tables have come, moved by compare-and-set with what it stands for: two who write are harmless. */
import { hashZero } from '@fairground/engine';
import type { RunSql } from './sql-store.js';
import { type Schema, TABLES_FORMAT } from './tables.js';

export interface Checkpoint {
  /** The newest group that is in the tables, and the entry it ends with. */
  readonly grp: number;
  readonly seq: number;
  readonly hash: string;
  /** The time of that entry. */
  readonly at: number;
}

export const emptyOf = (journal: string): Checkpoint => {
  return { grp: 0, seq: 0, hash: hashZero(journal), at: 0 };
};

/** Another moved it: what was about to be written is not ours to write. */
export class Outrun extends Error {}

/** Undefined where there are no tables, or not such as these, or another journal's. */
export async function checkpointOf(
  run: RunSql,
  schema: Schema,
  journal: string,
): Promise<Checkpoint | undefined> {
  const there = await run(`select to_regclass('${schema}.checkpoint')::text`);
  if (there.rows[0]?.[0] === null) return undefined;
  const { rows } = await run(
    `select grp, seq, hash, at from ${schema}.checkpoint where format = $1::int and journal = $2::text`,
    [TABLES_FORMAT, journal],
  );
  const [row] = rows;
  return row && checkpointFrom(row);
}

export function checkpointFrom([grp, seq, hash, at]: readonly (string | null)[]): Checkpoint {
  return { grp: Number(grp), seq: Number(seq), hash: hash ?? '', at: Number(at) };
}

export async function move(
  run: RunSql,
  schema: Schema,
  { from, to }: { readonly from: Checkpoint; readonly to: Checkpoint },
): Promise<void> {
  const { count } = await run(
    `update ${schema}.checkpoint set grp = $1::bigint, seq = $2::bigint, hash = $3::text, at = $4::bigint
      where grp = $5::bigint and hash = $6::text`,
    [to.grp, to.seq, to.hash, to.at, from.grp, from.hash],
  );
  if (count !== 1) throw new Outrun();
}
