/** The many lives of one journal: each is a child process that is killed at a moment of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { type Proof, decodeEntry } from '@fairground/engine';
import { openFileJournalReader } from '../../src/file-reader.js';
import { JournalTape } from '../../src/tape.js';
import { verifyLines } from '../../src/verify.js';
import { commandIdOf } from '../../src/command-id.js';

const CHILD = path.join(import.meta.dirname, 'child.ts');
const PACKAGE = path.join(import.meta.dirname, '..', '..');
const children = new Set<ChildProcess>();

/** Ends whatever was started here, by its own handle. */
export async function endChildren(): Promise<void> {
  const ended = [...children].map((child) => once(child, 'close'));
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(ended);
}

export interface Said {
  readonly kind: 'done' | 'refused';
  readonly seq: number;
  readonly hash: string;
}

/** What one life of the process told before it was killed. */
export interface Life {
  readonly lines: readonly string[];
  readonly stderr: string;
  /** How it ended: a signal when we killed it. */
  readonly end: number | string | null;
}

export class Lives {
  readonly dir: string;
  /** The first final answer to each key. */
  readonly said = new Map<string, Said>();
  /** Asked, and nobody knows what became of it. */
  readonly unknown = new Set<string>();
  readonly count = {
    kills: 0,
    early: 0,
    retried: 0,
    foundDone: 0,
    doneAgain: 0,
    fromSnapshot: 0,
    unfinished: 0,
  };
  #life = 0;

  constructor(dir: string) {
    this.dir = dir;
  }

  /**
   * Starts a process, waits for it to say `until` (or not at all) and `ms` longer, and kills it. Returns what
   * was wrong with its answers.
   */
  async live(until: 'start' | 'open' | 'load', ms: number): Promise<string[]> {
    const retried = [...this.unknown];
    const life = await this.#run(until, ms, retried);
    this.count.kills++;
    this.count.unfinished += this.#unfinished();
    if (!life.lines.includes('load')) this.count.early++;
    const wrong =
      life.end === 'SIGKILL' ? [] : [`it ended by itself with ${life.end ?? '?'}: ${life.stderr}`];
    for (const line of life.lines) wrong.push(...this.#hear(line, new Set(retried)));
    return wrong;
  }

  /** Snapshots that were being written when it was killed. */
  #unfinished(): number {
    const shelf = path.join(this.dir, 'snapshots');
    const names = fs.existsSync(shelf) ? fs.readdirSync(shelf) : [];
    const homes = names.filter((name) => name !== 'LOCK').map((name) => path.join(shelf, name));
    return homes.filter((home) => !fs.existsSync(path.join(home, 'manifest.json'))).length;
  }

  /** A last life that asks again what is unknown, and ends in peace. */
  async end(): Promise<string[]> {
    const retried = [...this.unknown];
    const life = await this.#run('last', 0, retried);
    const wrong = life.end === 0 ? [] : [`it ended with ${life.end ?? '?'}: ${life.stderr}`];
    for (const line of life.lines) wrong.push(...this.#hear(line, new Set(retried)));
    return wrong;
  }

  async #run(until: string, ms: number, retried: readonly string[]): Promise<Life> {
    const name = until === 'last' ? until : `${this.#life++}`;
    const args = ['--conditions=source', '--import', 'tsx', CHILD, this.dir, name];
    const said = `${this.dir}.said`;
    const file = fs.openSync(said, 'w');
    const child = spawn(process.execPath, args, {
      cwd: PACKAGE,
      stdio: ['pipe', file, 'pipe', 'pipe'],
    });
    children.add(child);
    fs.closeSync(file);
    let marks = '';
    let stderr = '';
    let due: NodeJS.Timeout | undefined;
    const killLater = (): void => {
      due ??= setTimeout(() => child.kill('SIGKILL'), ms);
    };
    child.stdio[3]?.on('data', (bytes) => {
      marks += String(bytes);
      if (marks.includes(`${until}\n`)) killLater();
    });
    child.stderr?.on('data', (bytes) => (stderr += String(bytes)));
    child.stdin?.on('error', () => {}).end(retried.map((key) => `${key}\n`).join(''));
    if (until === 'start') killLater();
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    clearTimeout(due);
    children.delete(child);
    const out = fs.readFileSync(said, 'latin1');
    fs.rmSync(said);
    // The last line may be torn; it was then never said.
    return { lines: out.split('\n').slice(0, -1), stderr, end: code ?? signal };
  }

  #hear(line: string, retried: ReadonlySet<string>): string[] {
    const [what = '', key = '', seq = '', hash = '', more = ''] = line.split(' ');
    if (what === 'ask') this.unknown.add(key);
    if (what === 'not_now' && !retried.has(key)) this.unknown.delete(key);
    if (what === 'begun' && Number(key) > 0) this.count.fromSnapshot++;
    // A snapshot that is not whole was never one; none that is one may turn out to be damaged.
    if (what === 'warned') return [line];
    if (what === 'fault') return [`${key} is a fault`];
    if (what !== 'done' && what !== 'refused') return [];
    this.unknown.delete(key);
    if (retried.has(key)) {
      this.count.retried++;
      if (what === 'done' && more === 'true') this.count.foundDone++;
      if (what === 'done' && more === 'false') this.count.doneAgain++;
    }
    const before = this.said.get(key);
    this.said.set(key, before ?? { kind: what, seq: Number(seq), hash });
    const same =
      before === undefined ||
      (before.kind === what && before.seq === Number(seq) && before.hash === hash);
    return same ? [] : [`${key} was ${JSON.stringify(before)}, then ${what} at ${seq}`];
  }

  /** Reads the whole journal as a stranger would, and compares it with everything that was said. */
  async audit(): Promise<{ proof: Proof; wrong: string[]; lost: number; doubled: number }> {
    const reader = await openFileJournalReader(this.dir);
    const { lastSeq } = await reader.head();
    const lines: string[] = [];
    for await (const chunk of new JournalTape(reader).linesFrom(1, lastSeq))
      lines.push(...chunk.trimEnd().split('\n'));
    const proof = await verifyLines([lines.join('\n')], { journalId: reader.id });
    const wrong = proof.differences.map(({ seq, what }) => `entry ${seq}: ${what}`);
    for (const { name, detail } of proof.invariants)
      if (detail !== undefined) wrong.push(`${name}: ${detail}`);
    if (proof.entries !== lastSeq) wrong.push(`${lastSeq} entries, ${proof.entries} of them whole`);
    return { proof, wrong, ...this.#compare(lines, wrong) };
  }

  #compare(lines: readonly string[], wrong: string[]): { lost: number; doubled: number } {
    const seqs = new Map<string, number>();
    let doubled = 0;
    let lost = 0;
    const entries = lines.map(decodeEntry);
    for (const { seq, command } of entries) {
      if (command.id === undefined) continue;
      if (seqs.has(command.id)) doubled++;
      seqs.set(command.id, seq);
    }
    for (const [key, { kind, seq, hash }] of this.said) {
      const id = idOf(key);
      const there = entries[seq - 1];
      const isJournaled = seqs.has(id);
      const isRefusal = there?.events[0]?.type === 'refused' && there.command.id === id;
      if (kind === 'refused' && !isJournaled) continue;
      if (seqs.get(id) === seq && there?.hash === hash && isRefusal === (kind === 'refused'))
        continue;
      lost++;
      wrong.push(`${key} was ${kind} at ${seq} and is at ${seqs.get(id) ?? 'no seq'}`);
    }
    return { lost, doubled };
  }
}

function idOf(key: string): string {
  const [kind, , who = 'ana'] = key.split('-');
  return commandIdOf(kind === 'opening' || kind === 'draft' ? 'system' : who, key);
}
