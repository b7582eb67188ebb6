/**
 * Nothing outlives the program, not even where it is killed: a shell of a session of its own holds the other end of a
 * pipe. When the pipe ends without a word of farewell it kills the nodes, stopped ones too, tells the database to end,
 * and sets the terminal right.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const SCRIPT = `
trap '' INT TERM HUP
saved=$(stty -g <&2 2>/dev/null)
echo ready
while read -r line; do last=$line; done
set -- $last
[ "$1" = bye ] && exit 0
database=$1
[ $# -gt 0 ] && shift
for node; do kill -KILL "$node" 2>/dev/null; done
[ "\${database:-0}" != 0 ] && kill -INT "$database" 2>/dev/null
[ -n "$saved" ] && stty "$saved" <&2 && printf '\\033[?1049l\\033[?25h' >&2
exit 0
`;

export class Keeper {
  readonly #shell: ChildProcess;
  #database = 0;
  readonly #nodes = new Set<number>();

  private constructor(shell: ChildProcess) {
    this.#shell = shell;
    // Whoever ended it meant it.
    shell.stdin?.on('error', () => undefined);
  }

  static async start(): Promise<Keeper> {
    const shell = spawn('/bin/sh', ['-c', SCRIPT], {
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const keeper = new Keeper(shell);
    if (shell.stdout) await once(shell.stdout, 'data');
    return keeper;
  }

  watchNode(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined) return;
    this.#nodes.add(pid);
    child.once('exit', () => {
      this.#nodes.delete(pid);
      this.#tell();
    });
    this.#tell();
  }

  watchDatabase(child: ChildProcess): void {
    const { pid = 0 } = child;
    this.#database = pid;
    child.once('exit', () => {
      if (this.#database === pid) this.#database = 0;
      this.#tell();
    });
    this.#tell();
  }

  /** Everything has ended, and the terminal is as it was. */
  async end(): Promise<void> {
    if (this.#shell.exitCode !== null) return;
    const gone = once(this.#shell, 'exit');
    this.#shell.stdin?.end('bye\n');
    await gone;
  }

  #tell(): void {
    this.#shell.stdin?.write(`${[this.#database, ...this.#nodes].join(' ')}\n`);
  }
}
