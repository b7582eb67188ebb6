/** Whether a node's tables keep up with its journal: the node says so to whoever has its token. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from './doctor.js';
import { missing, TOKEN_FILE } from './operator.js';
import { counted, grouped } from './print.js';

const NODE_MS_MAX = 5_000;
/** Tables that trail further are too slow, or stand. */
const LAG_MS_MAX = 5_000;

/** What its operator's token lets a node say of its tables; of a node elsewhere there is none here. */
export async function ofTables(data: string, url: string): Promise<readonly Finding[]> {
  const token = await readFile(join(data, TOKEN_FILE), 'utf8').catch(missing);
  if (token === undefined) return [];
  const headers = { authorization: `Bearer ${token.trim()}` };
  const signal = AbortSignal.timeout(NODE_MS_MAX);
  const asked = await fetch(`${url}/v1/admin/node`, { headers, signal }).catch(() => undefined);
  const tables = asked?.ok ? tablesIn(await asked.json()) : undefined;
  if (!tables) return [];
  const { state, lag, lagMs } = tables;
  const is = `${state}, ${counted(lag, 'entry', 'entries')} behind, for ${grouped(lagMs)} ms`;
  const isWell = state !== 'stopped' && lagMs <= LAG_MS_MAX;
  const advice =
    state === 'stopped' ? 'the log says why; rebuild fills them anew' : 'see whether they catch up';
  const check = `tables ${url}`;
  return [{ check, is, verdict: isWell ? 'good' : 'problem', ...(!isWell && { advice }) }];
}

function tablesIn(said: unknown): { state: string; lag: number; lagMs: number } | undefined {
  if (typeof said !== 'object' || said === null || !('tables' in said)) return undefined;
  const { tables } = said;
  if (typeof tables !== 'object' || tables === null || !('state' in tables)) return undefined;
  const lag = 'lag' in tables ? Number(tables.lag) : 0;
  return {
    state: String(tables.state),
    lag,
    lagMs: 'lag_ms' in tables ? Number(tables.lag_ms) : 0,
  };
}
