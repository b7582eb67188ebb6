/** The one place that knows the process: its streams, its signals, and how it ends. */
import { EXITS, Failure, systemCode } from './exit.js';
import { run } from './run.js';

const SIGNALS = [
  ['SIGINT', 'interrupted', 'Interrupted.'],
  ['SIGTERM', 'terminated', 'Terminated.'],
] as const;

const stop = new AbortController();
for (const [signal, exit, says] of SIGNALS) {
  process.on(signal, () => {
    // Whoever asks twice does not want to wait for a clean end.
    if (stop.signal.aborted) process.exit(EXITS[exit].code);
    stop.abort(new Failure(exit, says));
  });
}
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (systemCode(error) !== 'EPIPE') throw error;
    process.exit(EXITS.pipe.code);
  });
}

process.exitCode = await run(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  get input() {
    return process.stdin;
  },
  self: { program: process.execPath, args: [...process.execArgv, process.argv[1] ?? ''] },
  env: process.env,
  signal: stop.signal,
});
