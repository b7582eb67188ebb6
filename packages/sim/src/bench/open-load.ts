/**
 * An open load, in a process of its own: each request has its time, whether or not those before it were answered, and
 * its latency counts from then. A slow server is thus asked as often as a quick one, and its queue is seen.
 */
import net from 'node:net';

export interface OpenLoad {
  readonly url: string;
  readonly keys: readonly string[];
  readonly markets: readonly string[];
  readonly seconds: number;
  readonly tradesPerSecond: number;
  readonly readsPerSecond: number;
  readonly connections: number;
}

export const KINDS = ['trades', 'reads', 'table reads'] as const;
export type Kind = (typeof KINDS)[number];

export interface KindResult {
  readonly done: number;
  /** Anything but 2xx; and those that were never sent, since too many waited before them. */
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** The first answer that was not wanted. */
  readonly said?: string;
}

export type OpenLoadResult = Readonly<Record<Kind, KindResult>>;

interface Request {
  readonly kind: Kind;
  readonly due: number;
  readonly text: string;
}

/** More than these in line are not waited for: the server is lost. */
const WAITING_MAX = 20_000;
/** One of a hundred reads is answered by SQL. */
const TABLE_READ_EVERY = 100;
const TICK_MS = 5;

class Tally {
  readonly ms: number[] = [];
  failed = 0;
  said: string | undefined;

  result(): KindResult {
    const sorted = Float64Array.from(this.ms).sort();
    const at = (part: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
    const { failed, said } = this;
    const figures = { done: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
    return { ...figures, failed, ...(said !== undefined && { said }) };
  }
}

/** One kept-alive line with one request on it at a time. */
class Line {
  readonly #socket: net.Socket;
  readonly #onIdle: (line: Line) => void;
  readonly #tallies: Readonly<Record<Kind, Tally>>;
  #request: Request | undefined;
  #heard = '';

  constructor(url: URL, tallies: Readonly<Record<Kind, Tally>>, onIdle: (line: Line) => void) {
    this.#tallies = tallies;
    this.#onIdle = onIdle;
    this.#socket = net.connect(Number(url.port), url.hostname);
    this.#socket.setNoDelay(true).setEncoding('latin1');
    this.#socket.on('connect', () => onIdle(this));
    this.#socket.on('data', (text: Buffer | string) => this.#hear(String(text)));
    this.#socket.on('error', (error) => this.#end(error.message));
    this.#socket.on('close', () => this.#end('the line was closed'));
  }

  send(request: Request): void {
    this.#request = request;
    this.#socket.write(request.text);
  }

  close(): void {
    this.#socket.destroy();
  }

  #hear(text: string): void {
    this.#heard += text;
    const head = this.#heard.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(this.#heard)?.[1];
    if (this.#heard.length < head + 4 + Number(length ?? 0)) return;
    const isGood = this.#heard.startsWith('HTTP/1.1 2');
    const said = this.#heard;
    this.#heard = '';
    this.#end(isGood ? undefined : said.slice(head + 4, head + 300));
    this.#onIdle(this);
  }

  #end(trouble: string | undefined): void {
    const request = this.#request;
    if (!request) return;
    this.#request = undefined;
    const tally = this.#tallies[request.kind];
    if (trouble === undefined) return void tally.ms.push(performance.now() - request.due);
    tally.failed++;
    tally.said ??= trouble;
  }
}

class Load {
  readonly #load: OpenLoad;
  readonly #host: string;
  #count = 0;

  constructor(load: OpenLoad) {
    this.#load = load;
    this.#host = new URL(load.url).host;
  }

  #pick(list: readonly string[], spread: number): string {
    return list[(this.#count * spread) % list.length] ?? '';
  }

  trade(due: number): Request {
    const { keys, markets } = this.#load;
    const n = ++this.#count;
    const market = this.#pick(markets, 7_919);
    // Each market is bought on both sides in turn, so that no price runs away.
    const outcome = Math.floor(n / markets.length) % 2 === 0 ? 'YES' : 'NO';
    const body = JSON.stringify({ market, side: 'buy', outcome, spend: '1.5' });
    const text = this.#head('POST /v1/orders', this.#pick(keys, 31));
    const headers = `idempotency-key: s-${process.pid}-${n}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
    return { kind: 'trades', due, text: `${text}${headers}\r\n\r\n${body}` };
  }

  read(due: number): Request {
    const n = ++this.#count;
    const { keys, markets } = this.#load;
    const key = this.#pick(keys, 17);
    const isOfTables = n % TABLE_READ_EVERY === 0;
    const paths = isOfTables
      ? ['/v1/me/ledger?limit=20', '/v1/leaderboard?limit=20']
      : [`/v1/markets/${this.#pick(markets, 104_729)}`, '/v1/me', '/v1/markets?limit=20'];
    // Mostly of one market.
    const path = paths[n % 10 < 7 && !isOfTables ? 0 : n % paths.length] ?? '';
    const text = `${this.#head(`GET ${path}`, key)}\r\n`;
    return { kind: isOfTables ? 'table reads' : 'reads', due, text };
  }

  #head(what: string, key: string): string {
    return `${what} HTTP/1.1\r\nhost: ${this.#host}\r\nauthorization: Bearer ${key}\r\n`;
  }
}

async function run(load: OpenLoad): Promise<OpenLoadResult> {
  const tallies = { trades: new Tally(), reads: new Tally(), 'table reads': new Tally() };
  const queue: Request[] = [];
  let first = 0;
  const idle: Line[] = [];
  const next = (): void => {
    while (idle.length > 0 && first < queue.length) {
      const request = queue[first++];
      if (request) idle.pop()?.send(request);
    }
    if (first <= 10_000) return;
    queue.splice(0, first);
    first = 0;
  };
  const lines = Array.from({ length: load.connections }, () => {
    return new Line(new URL(load.url), tallies, (line) => {
      idle.push(line);
      next();
    });
  });
  const made = new Load(load);
  const begun = performance.now();
  const sent = { trades: 0, reads: 0 };
  const add = (request: Request): void => {
    if (queue.length - first < WAITING_MAX) return void queue.push(request);
    tallies[request.kind].failed++;
    tallies[request.kind].said ??= 'too many waited: it was not sent';
  };
  const until = (count: number, perSecond: number): number => begun + (count / perSecond) * 1_000;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = performance.now();
      for (; until(sent.trades, load.tradesPerSecond) <= now; sent.trades++)
        add(made.trade(until(sent.trades, load.tradesPerSecond)));
      for (; until(sent.reads, load.readsPerSecond) <= now; sent.reads++)
        add(made.read(until(sent.reads, load.readsPerSecond)));
      next();
      if (now < begun + load.seconds * 1_000) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
  // What is under way is still waited for, a little.
  for (let n = 0; n < 100 && (queue.length > first || idle.length < lines.length); n++)
    await new Promise((wait) => setTimeout(wait, 50));
  const unanswered = lines.length - idle.length + queue.length - first;
  tallies.trades.failed += unanswered;
  for (const line of lines) line.close();
  return {
    trades: tallies.trades.result(),
    reads: tallies.reads.result(),
    'table reads': tallies['table reads'].result(),
  };
}

process.once('message', (load: OpenLoad) => {
  void run(load).then((result) => process.send?.(result, () => process.exit(0)));
});
