/** One line that is written over where somebody looks, and a line now and then where nobody does. */
import { fit, line, paint } from './print.js';
import type { Terminal } from './terminal.js';

const QUIET_MS = 5_000;
const CLEAR_LINE = '\r\u001b[2K';

export class LiveLine {
  readonly #terminal: Terminal;
  readonly #inPlace: boolean;
  #last = '';
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#inPlace = terminal.err.isTTY === true && terminal.env['TERM'] !== 'dumb';
  }

  /** `write` is told how many columns there are; what it writes beyond them is cut. */
  show(write: (columns: number) => string): void {
    const { err } = this.#terminal;
    if (this.#inPlace) {
      const columns = (err.columns ?? 80) - 1;
      this.#last = fit(write(columns), columns);
      err.write(CLEAR_LINE + paint(this.#terminal, 'bold', this.#last, err));
      return;
    }
    const text = write(Number.POSITIVE_INFINITY);
    this.#last = text;
    const now = performance.now();
    if (now - this.#toldAt < QUIET_MS) return;
    this.#toldAt = now;
    this.#last = '';
    line(err, text);
  }

  /** Leaves the last word standing. */
  end(): void {
    if (this.#last === '') return;
    if (this.#inPlace) line(this.#terminal.err);
    else line(this.#terminal.err, this.#last);
    this.#last = '';
  }
}
