/** Starts `other-process.ts` and listens to it. Whatever it starts, `endAll` ends. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';

const SCRIPT = path.join(import.meta.dirname, 'other-process.ts');
const PACKAGE = path.join(import.meta.dirname, '..');
const started = new Set<ChildProcess>();

export interface Other {
  readonly child: ChildProcess;
  /** Lines said so far. */
  readonly lines: string[];
  /** The next line, or undefined when the process has ended. */
  next(): Promise<string | undefined>;
  /** Its exit code (or signal) and what it wrote to stderr. */
  readonly ended: Promise<{ readonly code: number | string | null; readonly stderr: string }>;
}

export function startOther(what: string, dir: string, prefix: readonly string[] = []): Other {
  const node = [process.execPath, '--conditions=source', '--import', 'tsx', SCRIPT, what, dir];
  const [command = '', ...args] = [...prefix, ...node];
  const child = spawn(command, args, { cwd: PACKAGE, stdio: ['ignore', 'pipe', 'pipe'] });
  started.add(child);
  const lines: string[] = [];
  let stderr = '';
  child.stderr.on('data', (bytes) => (stderr += String(bytes)));
  const reader = readline.createInterface({ input: child.stdout });
  const iterator = reader[Symbol.asyncIterator]();
  const ended = once(child, 'close').then(([code, signal]) => {
    started.delete(child);
    return { code: code ?? signal, stderr };
  });
  const next = async (): Promise<string | undefined> => {
    const { value, done } = await iterator.next();
    if (done) return undefined;
    lines.push(value);
    return value;
  };
  return { child, lines, next, ended };
}

export async function endAll(): Promise<void> {
  const closed = [...started].map((child) => once(child, 'close'));
  for (const child of started) child.kill('SIGKILL');
  await Promise.all(closed);
}

/** Why this machine cannot run a command that a test needs, or undefined when it can. */
export function cannot(command: string, ...args: string[]): string | undefined {
  const ran = spawnSync(command, args, { encoding: 'utf8' });
  if (ran.error) return `${command} is not here`;
  if (ran.status !== 0) return `${command} ${args.join(' ')}: ${ran.stderr.trim()}`;
  return undefined;
}
