/** Keys and a screen where somebody looks; lines in and lines out where nobody does. */
import { createInterface } from 'node:readline';
import { line, paint } from '../print.js';
import type { Input, Terminal } from '../terminal.js';
import { type Act, ACT_LINES, actOf, strokeOf } from './acts.js';
import type { Cluster } from './cluster.js';
import { clusterLine, happeningLine, screen } from './screen.js';
import type { Happening } from './view.js';

const DRAW_EVERY_MS = 200;
/** One line a while is enough for a log; a program asks for one a second. */
const LINE_EVERY_MS = 5_000;
const JSON_EVERY_MS = 1_000;

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?1049l\u001b[?25h';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

export interface Console {
  /** There is something to show from here on. */
  begin(cluster: Cluster): void;
  happened(happening: Happening): void;
  /** The end has begun. */
  ending(): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

export type OnAct = (act: Act) => void;

export function openConsole(terminal: Terminal, isJson: boolean, onAct: OnAct): Console {
  const { input, out, err, env } = terminal;
  const isLive = out.isTTY === true && err.isTTY === true && env['TERM'] !== 'dumb' && !isJson;
  if (isLive && input?.isTTY && input.setRawMode) return new LiveConsole(terminal, input, onAct);
  return new LineConsole(terminal, isJson, onAct);
}

class LiveConsole implements Console {
  readonly #terminal: Terminal;
  readonly #input: Input;
  readonly #onAct: OnAct;
  #cluster: Cluster | undefined;
  #timer: NodeJS.Timeout | undefined;
  #chosen = 1;
  #asksHelp = false;
  #isEnding = false;

  constructor(terminal: Terminal, input: Input, onAct: OnAct) {
    this.#terminal = terminal;
    this.#input = input;
    this.#onAct = onAct;
  }

  begin(cluster: Cluster): void {
    this.#cluster = cluster;
    this.#input.setRawMode?.(true);
    this.#input.setEncoding('utf8');
    this.#input.on('data', this.#type);
    this.#input.resume();
    this.#terminal.out.write(ENTER);
    this.#timer = setInterval(() => this.#draw(), DRAW_EVERY_MS);
    this.#draw();
  }

  happened(happening: Happening): void {
    if (this.#cluster) this.#draw();
    else line(this.#terminal.err, happeningLine(happening));
  }

  ending(): void {
    this.#isEnding = true;
    this.#draw();
  }

  end(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#input.off('data', this.#type);
    this.#input.setRawMode?.(false);
    this.#input.pause();
    this.#terminal.out.write(LEAVE);
  }

  readonly #type = (text: string): void => {
    // What a terminal sends for arrows and the like is one piece that begins so.
    if (text.startsWith('\u001b')) return;
    for (const key of text) this.#stroke(key);
    this.#draw();
  };

  #stroke(key: string): void {
    const members = this.#cluster?.members ?? [];
    const stroke = strokeOf(key, members.length);
    const help = this.#asksHelp;
    this.#asksHelp = false;
    if (!stroke) return;
    const node = this.#chosen;
    const member = members[node - 1];
    switch (stroke.kind) {
      case 'choose':
        this.#chosen = stroke.node;
        return;
      case 'help':
        this.#asksHelp = !help;
        return;
      case 'pause':
        return this.#onAct({ kind: member?.isPaused ? 'continue' : 'pause', node });
      case 'partition':
        return this.#onAct({ kind: member?.isCut ? 'heal' : 'partition', node });
      case 'kill':
      case 'restart':
        return this.#onAct({ kind: stroke.kind, node });
      case 'database':
      case 'quit':
        return this.#onAct({ kind: stroke.kind });
    }
  }

  #draw(): void {
    if (!this.#cluster || !this.#timer) return;
    const { out } = this.#terminal;
    const size = { columns: out.columns ?? 80, rows: out.rows ?? 24 };
    const seen = {
      view: this.#cluster.view(),
      chosen: this.#chosen,
      asksHelp: this.#asksHelp,
      isEnding: this.#isEnding,
    };
    const drawn = screen(seen, size).map(
      ({ text, paint: how }) => (how ? paint(this.#terminal, how, text) : text) + CLEAR_LINE,
    );
    // One write, over what stands there: nothing is cleared first, so nothing flickers.
    out.write(`${HOME}${drawn.join('\r\n')}${CLEAR_BELOW}`);
  }
}

class LineConsole implements Console {
  readonly #terminal: Terminal;
  readonly #isJson: boolean;
  readonly #onAct: OnAct;
  #stop: () => void = () => {};

  constructor(terminal: Terminal, isJson: boolean, onAct: OnAct) {
    this.#terminal = terminal;
    this.#isJson = isJson;
    this.#onAct = onAct;
  }

  begin(cluster: Cluster): void {
    const { input } = this.#terminal;
    const lines = input && createInterface({ input, terminal: false });
    lines?.on('line', (text) => this.#hear(text, cluster));
    const tell = (): void => this.#tell(cluster);
    const timer = setInterval(tell, this.#isJson ? JSON_EVERY_MS : LINE_EVERY_MS);
    this.#stop = () => {
      clearInterval(timer);
      lines?.close();
      input?.pause();
    };
    tell();
  }

  happened(happening: Happening): void {
    const { out } = this.#terminal;
    if (!this.#isJson) return line(out, happeningLine(happening));
    const { afterMs, text } = happening;
    line(out, JSON.stringify({ type: 'happening', after_ms: Math.round(afterMs), text }));
  }

  ending(): void {
    line(this.#terminal.err, 'ending: what was accepted is being finished …');
  }

  end(): void {
    this.#stop();
    this.#stop = () => {};
  }

  #hear(text: string, cluster: Cluster): void {
    if (text.trim() === '') return;
    const act = actOf(text, cluster.members.length);
    if (act && act.kind !== 'help') return this.#onAct(act);
    const about = `1 to ${cluster.members.length} for N`;
    line(this.#terminal.err, `say one of: ${ACT_LINES} (${about})`);
  }

  #tell(cluster: Cluster): void {
    const { out } = this.#terminal;
    const view = cluster.view();
    if (!this.#isJson) return line(out, clusterLine(view));
    const { database, silentMs, demo, members } = view;
    const status = {
      type: 'status',
      database,
      silent_ms: Math.round(silentMs),
      trades_per_second: demo ? Math.round(demo.tradesPerSecond) : 0,
      phase: demo?.phase,
      listed: demo?.listed,
      nodes: members.map(({ number: node, state, term, seq, behind, lagMs, sockets, pid, url }) => {
        return { node, state, term, seq, behind, lag_ms: lagMs, sockets, pid, url };
      }),
    };
    line(out, JSON.stringify(status));
  }
}
