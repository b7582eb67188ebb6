/** What must hold of every trial when all is quiet again: looked up in what the nodes themselves say. */
import { setTimeout as sleep } from 'node:timers/promises';
import { commandIdOf, verifyLines } from '@fairground/journal';
import type { Running } from '../processes.js';
import { ask, type Cluster, type Said, TICK_MS } from './cluster.js';
import type { Told } from './load.js';

export interface Audited {
  readonly findings: readonly string[];
  readonly entries: number;
  /** How many of those that were told are not in the journal. */
  readonly missing: readonly Told[];
}

const QUIET_TICKS_MAX = 300;
const PAGE = 5_000;
/** Several nodes are asked for the same; how much of a difference is worth showing. */
const SHOWN = 160;

/** `maySayLost`: commands that were told may be missing, which is then for the trial to judge. */
export async function audit(
  cluster: Cluster,
  told: readonly Told[],
  { maySayLost = false } = {},
): Promise<Audited> {
  const findings: string[] = [];
  const { nodes } = cluster;
  const [first] = nodes;
  if (!first || !(await areQuiet(nodes)))
    return { findings: [`the nodes stand apart: ${await heads(nodes)}`], entries: 0, missing: [] };
  const lines = await journalOf(first);
  for (const node of nodes.slice(1)) {
    const other = await journalOf(node);
    const at = lines.findIndex((line, n) => line !== other[n]);
    if (other.length !== lines.length || at >= 0) findings.push(`another journal from ${at + 1}`);
  }
  const id = (await ask(first, '/v1/head'))?.json.journal ?? '';
  const proof = await verifyLines([lines.join('\n')], { journalId: id });
  for (const { seq, what } of proof.differences) findings.push(`entry ${seq}: ${what}`);
  for (const { name, detail } of proof.invariants)
    if (detail !== undefined) findings.push(`${name}: ${detail}`);
  if (proof.redecided !== lines.length) findings.push(`only ${proof.redecided} decided again`);
  const missing = missingIn(lines, told, findings);
  if (!maySayLost) for (const one of missing) findings.push(`${one.once} at ${one.seq} is missing`);
  await compare(nodes, lines.length, findings);
  findings.push(...(await brokenGroups(cluster)));
  return { findings, entries: lines.length, missing };
}

/** Each that was told is there once, at its seq, with its hash. */
function missingIn(lines: readonly string[], told: readonly Told[], findings: string[]): Told[] {
  const seqs = new Map<string, number[]>();
  lines.forEach((line, n) => {
    const id = /"id":"([0-9a-f]{32})"/.exec(line)?.[1] ?? '';
    const known = seqs.get(id);
    if (known) known.push(n + 1);
    else seqs.set(id, [n + 1]);
  });
  const missing: Told[] = [];
  for (const one of told) {
    const there = seqs.get(commandIdOf(one.by, one.once)) ?? [];
    const { hash } = one;
    const isSame = hash === undefined || lines[one.seq - 1]?.endsWith(`"hash":"${hash}"}`);
    if (there.length > 1) findings.push(`${one.once} is there ${there.length} times: ${there}`);
    else if (there[0] !== one.seq || !isSame) missing.push(one);
  }
  return missing;
}

/** Balances, markets, laws and places: the same bytes on each. */
async function compare(nodes: readonly Running[], seq: number, findings: string[]): Promise<void> {
  const places = [1, Math.ceil(seq / 2), seq].map((place) => `/v1/head?seq=${place}`);
  const paths = ['/v1/markets/M1', '/v1/markets/M1/trades?limit=100', '/v1/proof', ...places];
  for (const path of paths) {
    const said = await Promise.all(nodes.map((node) => ask(node, path)));
    const [due] = said;
    for (const other of said)
      if (other?.status !== 200 || other.text !== due?.text)
        findings.push(`${path}: ${shown(due)} or ${shown(other)}`);
    if (path !== '/v1/proof') continue;
    if (due?.json.invariants.some(({ holds }) => !holds)) findings.push(`a law: ${due.text}`);
    if (!due?.json.books_balance) findings.push('the books do not balance');
  }
}

const shown = (said: Said | undefined): string => said?.text.slice(0, SHOWN) ?? 'nothing';

/** Rows are one chain: each follows the row before it. */
async function brokenGroups({ server, database }: Cluster): Promise<string[]> {
  const rows = await server.sql(
    database,
    `select n.grp from journal n where n.grp > 0 and not exists (select 1 from journal p
      where p.shard = n.shard and p.grp = n.grp - 1 and p.last_seq = n.first_seq - 1
      and p.term <= n.term and (n.lines <> '' or p.hash = n.hash))`,
  );
  return rows.map(([grp]) => `group ${grp} follows nothing`);
}

async function heads(nodes: readonly Running[]): Promise<string> {
  const said = await Promise.all(nodes.map((node) => ask(node, '/v1/head')));
  return said.map((one) => one?.text ?? 'cut').join(' ');
}

/** All at one place, and ready. */
async function areQuiet(nodes: readonly Running[]): Promise<boolean> {
  for (let ticks = 0; ticks < QUIET_TICKS_MAX; ticks++) {
    const ready = await Promise.all(nodes.map((node) => ask(node, '/readyz')));
    const said = await Promise.all(nodes.map((node) => ask(node, '/v1/head?fresh=1')));
    const isReady = ready.every((one) => one?.status === 200);
    if (isReady && said.every((one) => one?.status === 200 && one.text === said[0]?.text))
      return true;
    await sleep(TICK_MS);
  }
  return false;
}

export async function journalOf(node: Running): Promise<readonly string[]> {
  const lines: string[] = [];
  for (;;) {
    const said = await ask(node, `/v1/journal?from=${lines.length + 1}&limit=${PAGE}`);
    if (said?.status !== 200) throw new Error(`a node does not show its journal: ${said?.text}`);
    if (said.text === '') return lines;
    lines.push(...said.text.trimEnd().split('\n'));
  }
}
