/** Somebody's endpoint of live matches, with all that endpoints do: delays, errors, repeats, resets and nonsense. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Match {
  home: string;
  away: string;
  goals: [unknown, unknown];
  status: string;
  minute?: unknown;
  winner?: unknown;
}

/** How it answers: as it is, or in one of the ways it should not. */
export type Mood =
  | 'well'
  | 'late'
  | 'never'
  | 'error'
  | 'moved'
  | 'garbage'
  | 'not_utf8'
  | 'no_list'
  | 'empty'
  | 'huge'
  | 'cut'
  | 'repeat'
  | 'reset'
  | 'absurd'
  | 'wrong_types'
  | 'twice';

const LATE_MS = 30;
const HUGE_BYTES = 1024 * 1024 + 1;

export class MatchServer {
  readonly matches = new Map<string, Match>();
  mood: Mood = 'well';
  /** How many were asked for, and what came along. */
  readonly calls: http.IncomingHttpHeaders[] = [];
  /** Called before each answer that is well. */
  onCall: () => void = () => {};
  #last = '';
  readonly #server = http.createServer((request, response) => {
    this.calls.push(request.headers);
    this.onCall();
    this.#answer(response);
  });

  static async open(): Promise<MatchServer> {
    const server = new MatchServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/live.json`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  set(id: string, more: Partial<Match>): void {
    const known = this.matches.get(id);
    const blank = { home: `H${id}`, away: `A${id}`, goals: [0, 0], status: 'NS' } satisfies Match;
    this.matches.set(id, { ...(known ?? blank), ...more });
  }

  #body(change: (match: Match) => Match = (match) => match): string {
    const matches = [...this.matches].map(([id, match]) => ({ id, ...change(match) }));
    return JSON.stringify({ data: { matches } });
  }

  #answer(response: http.ServerResponse): void {
    const tell = (text: string): void => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    };
    switch (this.mood) {
      case 'well':
        return tell((this.#last = this.#body()));
      case 'late':
        this.#last = this.#body();
        setTimeout(() => tell(this.#last), LATE_MS);
        return;
      case 'never':
        return;
      case 'error':
        response.writeHead(500).end(this.#body());
        return;
      case 'moved':
        response.writeHead(302, { location: this.url }).end();
        return;
      case 'garbage':
        return tell('<html>Too many requests</html>');
      case 'not_utf8':
        response.writeHead(200).end(Buffer.from([0x7b, 0xff, 0x7d]));
        return;
      case 'no_list':
        return tell('{"data":{"matches":{"length":3}}}');
      case 'empty':
        return tell('{"data":{"matches":[]}}');
      case 'huge':
        return tell(`{"data":{"matches":[]},"more":"${'x'.repeat(HUGE_BYTES)}"}`);
      case 'cut':
        response.writeHead(200, { 'content-length': 1_000 });
        response.write(this.#body().slice(0, 40), () => response.destroy());
        return;
      case 'repeat':
        return tell(this.#last === '' ? this.#body() : this.#last);
      case 'reset':
        return tell(this.#body((match) => ({ ...match, goals: [0, 0], status: 'NS' })));
      case 'absurd':
        return tell(this.#body((match) => ({ ...match, goals: [90, 90] })));
      case 'wrong_types':
        return tell(this.#body((match) => ({ ...match, goals: ['2', -1], status: 'LIVE?' })));
      case 'twice':
        return tell(
          JSON.stringify({
            data: {
              matches: [...this.matches].flatMap(([id, match]) => [
                { id, ...match },
                { id, ...match, goals: [Number(match.goals[0]) + 1, match.goals[1]] },
              ]),
            },
          }),
        );
    }
  }
}
