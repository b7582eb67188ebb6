/** What was said by any node, against what is there in the end. */
import { decodeEntry, type Entry, Verifier } from '@fairground/engine';
import { linesOf, type MemoryDatabase, nodeChain } from '@fairground/journal';
import { must } from '../wrong.js';
import type { Clients, Intent } from './clients.js';
import { JOURNAL_ID } from './node.js';

export interface Heard {
  readonly clients: Clients;
  /** Places that somebody was shown. */
  readonly reads: readonly { readonly seq: number; readonly hash: string }[];
  /** The store went back while this was said: of what was told nothing is certain but that there is one chain. */
  readonly wentBack: boolean;
  /** … and nobody could bring all of it back, which was said. */
  readonly wasLost: boolean;
}

/** One chain, decided by its own rules; gives its entries. */
export function auditChain(database: MemoryDatabase): readonly Entry[] {
  const rows = database.rows.filter(({ grp }) => grp > 0);
  for (const [at, { grp, first, term }] of rows.entries()) {
    const before = rows[at - 1];
    const follows = grp === at + 1 && first === (before?.last ?? 0) + 1;
    must(follows, 'chain', () => `group ${grp} does not follow`);
    must(term >= (before?.term ?? 0), 'chain', () => `terms fall at group ${grp}`);
  }
  const lines = rows.flatMap((row) => [...linesOf(row.lines)]);
  const verifier = new Verifier(JOURNAL_ID, nodeChain);
  for (const line of lines) verifier.add(line);
  const { differences, entries } = verifier.report();
  must(differences.length === 0, 'verify', () => JSON.stringify(differences[0]));
  must(entries === lines.length, 'verify', () => `it read ${entries} of ${lines.length} entries`);
  return lines.map(decodeEntry);
}

export function auditAnswers(entries: readonly Entry[], heard: Heard): void {
  const { clients, reads, wentBack, wasLost } = heard;
  const effects = new Map<string, Entry[]>();
  for (const entry of entries) {
    const { id } = entry.command;
    if (id !== undefined) effects.set(id, [...(effects.get(id) ?? []), entry]);
  }
  for (const intent of clients.intents) {
    const there = effects.get(intent.command.id ?? '') ?? [];
    must(there.length < 2, 'twice', () => `intent ${intent.number} is there twice`);
    if (!wasLost) auditIntent(intent, there[0]);
  }
  if (wasLost) return;
  for (const { seq, hash } of reads)
    must(entries[seq - 1]?.hash === hash, 'reads', () => `entry ${seq} was shown, and is another`);
  if (wentBack) return;
  for (const { intent, seq } of clients.olds) {
    // The first answer again is as old as it is.
    const isFirst = entries[seq - 1]?.command.id === intent.command.id;
    must(isFirst, 'old world', () => `intent ${intent.number} was refused from an old world`);
  }
}

/** Two answers say nothing of earlier attempts: what has expired, and what lay too far ahead. */
const SAYS_NOTHING = new Set(['command_expired', 'malformed']);

function auditIntent({ number, said, attempts, hasGivenUp }: Intent, there?: Entry): void {
  const isDone = there !== undefined && there.events[0]?.type !== 'refused';
  if (hasGivenUp) must(!there, 'not now', () => `intent ${number} was not now, and is there`);
  if (said?.kind === 'done')
    must(there?.hash === said.entry.hash, 'done', () => `intent ${number} was done, and is lost`);
  if (said?.kind === 'refused') {
    const isExcused = attempts > 1 && SAYS_NOTHING.has(said.code);
    must(
      !isDone || isExcused,
      'refused',
      () => `intent ${number} was refused (${said.code}), and is done`,
    );
  }
  if (said?.kind === 'fault') must(!isDone, 'poison', () => `poison ${number} is there`);
}
