/** Which nos a route can say, by status: its own, and those that come with what it is. */
import type { RefusalCode } from '@fairground/engine';
import { EDGE, type EdgeCode, REFUSAL_STATUS } from '../errors.js';
import type { RateClass } from '../edge/guards.js';
import type { Scope } from '../vault/rows.js';
import type { Note } from './notes.js';

export interface Asked {
  readonly method: string;
  readonly note: Note | undefined;
  readonly scope: Scope | undefined;
  readonly rate: RateClass;
}

const ALWAYS: readonly EdgeCode[] = ['bad_request', 'key_unknown', 'session_unknown', 'fault'];
const READS: readonly EdgeCode[] = ['behind', 'forked', 'rebuilding', 'no_leader'];
const UNSAFE: readonly EdgeCode[] = [
  'origin_refused',
  'body_too_large',
  'media_type',
  'behind',
  'storage_full',
  'outcome_unknown',
];
const WRITES: readonly EdgeCode[] = ['busy', 'draining', 'no_leader', 'rebuilding'];
const COMMANDS: readonly RefusalCode[] = [
  'malformed',
  'command_id_reused',
  'command_expired',
  'sealed',
  'account_unknown',
  'account_frozen',
  'not_allowed',
];

export function nosOf({
  method,
  note,
  scope,
  rate,
}: Asked): ReadonlyMap<number, readonly string[]> {
  const nos = new Map<number, Set<string>>();
  const add = (status: number, code: string): void => {
    const codes = nos.get(status) ?? new Set<string>();
    nos.set(status, codes.add(code));
  };
  const edge: EdgeCode[] = [...ALWAYS, ...(note?.nos ?? [])];
  if (rate !== 'none') edge.push('too_many_requests');
  if (scope) edge.push('unauthorized', 'scope_missing');
  edge.push(...(method === 'GET' ? READS : UNSAFE));
  // A quote is a read that takes a body.
  if (method === 'POST' && !note?.write) edge.push(...READS);
  if (note?.write) edge.push(...WRITES);
  if (note?.write === 'key') edge.push('key_required');
  for (const code of edge) add(EDGE[code].status, code);
  const refusals = [...(note?.write ? COMMANDS : []), ...(note?.refusals ?? [])];
  for (const code of refusals) add(REFUSAL_STATUS[code], code);
  return new Map([...nos].sort(([a], [b]) => a - b).map(([at, codes]) => [at, [...codes].sort()]));
}
