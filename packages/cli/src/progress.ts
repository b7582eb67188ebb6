/** A bar on the error stream while something long goes on; nothing at all where nobody looks. */
import cliProgress from 'cli-progress';
import { grouped } from './print.js';
import type { Terminal } from './terminal.js';

export interface Progress {
  /** `all` may grow, or become known only later. */
  at(done: number, all?: number): void;
  end(): void;
}

const SILENT: Progress = { at: () => undefined, end: () => undefined };
const WIDTH = 28;

export function progress(terminal: Terminal, what: string, unit: string): Progress {
  if (!terminal.err.isTTY || terminal.env['TERM'] === 'dumb') return SILENT;
  const bar = new cliProgress.SingleBar({
    stream: terminal.err,
    // A second Ctrl-C leaves no time to put the terminal right again: it is not set wrong.
    hideCursor: false,
    linewrap: true,
    clearOnComplete: true,
    stopOnComplete: false,
    fps: 10,
    etaBuffer: 50,
    format: (_options, { progress: part, value, total, eta }) => {
      if (total === 0) return `${what} ${grouped(value)} ${unit}`;
      const done = Math.round(part * WIDTH);
      const drawn = '█'.repeat(done) + '░'.repeat(WIDTH - done);
      const left = Number.isFinite(eta) && value < total ? ` · ${eta} s left` : '';
      return `${what} ${drawn} ${grouped(value)}/${grouped(total)} ${unit}${left}`;
    },
  });
  let started = false;
  return {
    at(done, all) {
      // Nothing to show yet: what is over at once never shows a bar.
      if (!started && done === 0) return;
      if (!started) bar.start(all ?? 0, done);
      started = true;
      if (all !== undefined && all !== bar.getTotal()) bar.setTotal(all);
      bar.update(done);
    },
    end: () => bar.stop(),
  };
}
