/** `fairground rebuild`: the tables are filled anew; a server that runs serves the old ones meanwhile. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, isLocked } from '../exit.js';
import { loadServer } from '../node.js';
import { missing, TOKEN_FILE } from '../operator.js';
import { grouped, json, line } from '../print.js';
import { progress } from '../progress.js';
import { type JsonOption, withJson, withUrl } from '../settings.js';
import { type Store, type StoreOptions, storeOf, withStore } from '../store.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

type RebuildOptions = StoreOptions & JsonOption & { readonly url: string };

const LOOK_MS = 250;

export function addRebuild(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('rebuild')
    .description(
      'Fill the tables of ledger, leaderboard and players anew from the journal. A server that runs goes on with the old ones until then.',
    )
    .example('rebuild', 'Through the running server, or on the data directory itself.')
    .example('rebuild --database postgres://…', 'Of several nodes.');
  withJson(withUrl(withStore(verb, terminal), terminal)).action(
    async (options: RebuildOptions, self: Verb) =>
      rebuild(terminal, await storeOf(terminal, options, self), options),
  );
}

async function rebuild(terminal: Terminal, store: Store, options: RebuildOptions): Promise<void> {
  const seq =
    (await throughServer(terminal, store, options.url)) ?? (await atRest(terminal, store));
  if (options.json) return json(terminal, { seq });
  line(terminal.out, `The tables were filled anew, up to entry ${grouped(seq)}.`);
}

/** What `GET /v1/admin/node` says of the tables. */
interface Tables {
  readonly state: string;
  readonly seq: number;
  /** How often they were filled anew while this server ran, and how far they have come now. */
  readonly rebuilds: number;
  readonly rebuilding?: number;
}

/** Undefined where no server answers, or one that has another directory. */
async function throughServer(
  terminal: Terminal,
  { data }: Store,
  url: string,
): Promise<number | undefined> {
  const token = await readFile(join(data, TOKEN_FILE), 'utf8').catch(missing);
  if (token === undefined) return undefined;
  const ask = askerOf(terminal, url, token.trim());
  const found = await ask('GET', '/v1/admin/node');
  if (!found || found.status === 401) return undefined;
  const before = tablesIn(found);
  if (!before.tables) {
    throw new Failure('refused', 'This server keeps no tables (FAIRGROUND_READ_MODEL=0).');
  }
  const said = await ask('POST', '/v1/admin/rebuild');
  // Whoever asks while one is under way waits for that one.
  const isUnderWay = before.tables.rebuilding !== undefined;
  if (said?.status !== 202 && !isUnderWay)
    throw new Failure('not_now', `The server answers ${said?.status ?? 'no more'}: try again.`);
  const bar = progress(terminal, 'filling the tables', 'entries');
  try {
    for (;;) {
      await sleep(LOOK_MS, undefined, { signal: terminal.signal });
      const look = await ask('GET', '/v1/admin/node');
      if (!look)
        throw new Failure('unknown', 'The server went away before the tables were filled.');
      const { tables, seq } = tablesIn(look);
      if (tables?.rebuilding !== undefined) bar.at(tables.rebuilding, seq);
      else if (tables && tables.rebuilds > before.tables.rebuilds) return tables.seq;
      else throw new Failure('fault', 'The tables were not filled: the server’s log says why.');
    }
  } finally {
    bar.end();
  }
}

async function atRest(terminal: Terminal, store: Store): Promise<number> {
  const { rebuildAtRest } = await loadServer();
  const bar = progress(terminal, 'filling the tables', 'entries');
  try {
    return await rebuildAtRest(store, {
      onProgress: (done, all) => bar.at(done, all),
      onAlarm: (reason) => line(terminal.err, `fairground: ${reason}`),
      signal: terminal.signal,
    });
  } catch (error) {
    if (!isLocked(error) || store.kind === 'database') throw error;
    const says = `A server has ${store.data} open at another address: say which with --url.`;
    throw new Failure('not_now', says, error);
  } finally {
    bar.end();
  }
}

interface Heard {
  readonly status: number;
  readonly body: unknown;
}

/** Undefined where nobody answers. */
type Ask = (method: 'GET' | 'POST', path: string) => Promise<Heard | undefined>;

function askerOf({ signal }: Terminal, url: string, token: string): Ask {
  return async (method, path) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(method === 'POST' && { 'content-type': 'application/json' }),
    };
    const asked = { method, headers, signal, ...(method === 'POST' && { body: '{}' }) };
    const reply = await fetch(new URL(path, url), asked).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return undefined;
    });
    return reply && { status: reply.status, body: await reply.json() };
  };
}

function tablesIn({ status, body }: Heard): { readonly seq: number; readonly tables?: Tables } {
  if (status === 200 && isNodeView(body)) return body;
  throw new Failure('fault', `The server answers ${status} to its own token.`);
}

function isNodeView(body: unknown): body is { seq: number; tables?: Tables } {
  if (typeof body !== 'object' || body === null || !('seq' in body)) return false;
  if (typeof body.seq !== 'number') return false;
  if (!('tables' in body) || body.tables === undefined) return true;
  const { tables } = body;
  return typeof tables === 'object' && tables !== null && 'rebuilds' in tables && 'seq' in tables;
}
