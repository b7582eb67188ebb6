/** What those who may do more have done: read back from the journal itself, so nothing can be missing from it. */
import {
  type Command,
  decodeEntry,
  type Entry,
  formatTime,
  type ReadonlyWorld,
  SYSTEM,
  type Wish,
} from '@fairground/engine';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';
import { askerOf } from './who.js';

export interface Act {
  readonly seq: number;
  readonly at: string;
  readonly by: string;
  readonly handle?: string;
  readonly act: Wish['type'];
  readonly target?: string;
  readonly refused?: string;
  readonly reason_hash?: string;
  /** Absent once it was erased. */
  readonly reason?: string;
  readonly command: unknown;
}

export interface Acts {
  readonly items: readonly Act[];
  /** The seq that what is left comes before; absent where nothing is. */
  readonly before?: number;
}

const ACTS = [
  'open_account',
  'grant',
  'freeze_account',
  'unfreeze_account',
  'grant_role',
  'revoke_role',
  'set_limits',
  'adopt_rules',
  'sweep_fees',
  'sealed',
  'create_market',
  'edit_draft',
  'open',
  'pause',
  'resume',
  'close',
  'extend',
  'resolve',
  'cancel',
  'confirm',
  'fund',
] as const satisfies readonly Wish['type'][];
/** Before a line is read whole: trades are the many. */
const IS_ACT = new RegExp(`"wish":\\{"type":"(${ACTS.join('|')})"`);

/** Lines looked through for one page: a page that finds few among many trades ends early, with a cursor. */
const LINES_MAX = 20_000;
const LINES_AT_ONCE = 1_000;

/** The acts before a seq, newest first. */
export async function actsBefore(shell: Shell, before: number, limit: number): Promise<Acts> {
  const items: Act[] = [];
  const least = Math.max(1, before - LINES_MAX);
  let end = before;
  while (end > least) {
    const first = Math.max(least, end - LINES_AT_ONCE);
    for (const line of (await linesOf(shell, first, end - first)).reverse()) {
      if (!IS_ACT.test(line)) continue;
      const entry = decodeEntry(line);
      items.push(actOf(shell, entry, line));
      if (items.length === limit) return { items, ...(entry.seq > 1 && { before: entry.seq }) };
    }
    end = first;
  }
  return { items, ...(least > 1 && { before: least }) };
}

async function linesOf({ sequencer }: Shell, first: number, count: number): Promise<string[]> {
  let text = '';
  for await (const part of sequencer.tape.linesFrom(first, count)) text += part;
  return text.split('\n').filter((line) => line !== '');
}

const Line = z.looseObject({ command: z.looseObject({ wish: z.unknown() }) });

function actOf(shell: Shell, { seq, at, command, events }: Entry, line: string): Act {
  const { by, wish } = command;
  const handle = shell.vault.handleOf(by);
  const [first] = events;
  const target = targetOf(wish);
  const hash = reasonOf(wish);
  const reason = hash === undefined ? undefined : reasonBehind(shell, hash);
  return {
    seq,
    at: formatTime(at),
    by,
    ...(handle !== undefined && { handle }),
    act: wish.type,
    ...(target !== undefined && { target }),
    ...(first?.type === 'refused' && { refused: first.code }),
    ...(hash !== undefined && { reason_hash: hash }),
    ...(reason !== undefined && { reason }),
    command: Line.parse(JSON.parse(line)).command.wish,
  };
}

function targetOf(wish: Command['wish']): string | undefined {
  if ('market' in wish) return wish.market;
  if ('account' in wish) return wish.account;
  return 'to' in wish ? wish.to : undefined;
}

function reasonOf(wish: Command['wish']): string | undefined {
  if ('reason' in wish) return wish.reason;
  return 'verdict' in wish ? wish.verdict.reason : undefined;
}

const Said = z.object({ reason: z.string() });

/** The words behind the hash of a reason, while they are kept. */
export const reasonBehind = ({ vault }: Pick<Shell, 'vault'>, hash: string): string | undefined =>
  saidIn(vault.textOf(hash)?.text);

function saidIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const said = Said.safeParse(JSON.parse(text));
  return said.success ? said.data.reason : undefined;
}

/** Whoever is an admin now: a key keeps its scope when its owner loses the role. */
export function isAuditor(world: ReadonlyWorld, by: string): boolean {
  if (by === SYSTEM) return true;
  const account = world.accounts.get(by);
  return account !== undefined && !account.frozen && account.roles.has('admin');
}

/** For what only the house reads. */
export function onlyAuditors({ sequencer }: Shell, request: FastifyRequest): void {
  if (isAuditor(sequencer.world, askerOf(request).by)) return;
  const message = 'Only who is an admin now may see to this.';
  throw new Problem('scope_missing', { details: [{ message }] });
}

const COLUMNS = ['seq', 'at', 'by', 'handle', 'act', 'target', 'refused', 'reason'] as const;

export function csvOf(acts: readonly Act[]): string {
  const rows = acts.map((act) => [
    ...COLUMNS.map((name) => String(act[name] ?? '')),
    JSON.stringify(act.command),
  ]);
  return [[...COLUMNS, 'command'], ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** A table program takes what starts like a formula for one: there it is made a text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
