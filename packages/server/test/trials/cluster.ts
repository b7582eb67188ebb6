/** Real nodes on a real PostgreSQL, and every line between them in our hands. Whatever is started is ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../../../../scripts/postgres.js';
import { Proxy } from '../../../../scripts/proxy.js';
import { type Json, parse } from '../json.js';
import { freeUrl } from '../nodes.js';
import { run, type Running } from '../processes.js';

export const TICK_MS = 100;
/** Longer than any node keeps a caller waiting. */
const PATIENCE_MS = 7_000;

export interface Said {
  readonly status: number;
  readonly text: string;
  readonly json: Json;
  /** Where the answer says it stands: `123.9f2c0a11`. */
  readonly place: string;
}

/** A node's place among the others: it keeps its addresses and its lines when its process is another one. */
export interface Seat {
  readonly nodeUrl: string;
  /** The way to its database. */
  readonly line: Proxy;
  /** The way from other nodes to its private door. */
  readonly door: Proxy | undefined;
  node: Running | undefined;
}

export interface ClusterOptions {
  readonly nodes?: number;
  /** Other nodes reach a private door only through a proxy. */
  readonly hasDoors?: boolean;
}

/** What the lease says of an address is where its proxy listens. */
const DOORS = [
  'create table doors (url text primary key, via text not null)',
  `create function through_door() returns trigger language plpgsql as $$ begin
    new.url := coalesce((select via from doors where url = new.url), new.url); return new; end $$`,
  `create trigger through_door before update on lease for each row execute function through_door()`,
] as const;

export class Cluster {
  server: Server;
  readonly database: string;
  readonly seats: Seat[] = [];

  private constructor(server: Server, database: string) {
    this.server = server;
    this.database = database;
  }

  static async start(server: Server, options: ClusterOptions = {}): Promise<Cluster> {
    const { nodes = 3, hasDoors = false } = options;
    const cluster = new Cluster(server, await server.database());
    for (let n = 0; n < nodes; n++) {
      const nodeUrl = await freeUrl();
      const line = await Proxy.to(server.port);
      const door = hasDoors ? await Proxy.to(Number(new URL(nodeUrl).port)) : undefined;
      cluster.seats.push({ nodeUrl, line, door, node: undefined });
    }
    const [first, ...others] = cluster.seats;
    if (!first) throw new Error('no nodes');
    await cluster.sit(first);
    if (hasDoors) await cluster.#putUpDoors();
    await Promise.all(others.map((seat) => cluster.sit(seat)));
    return cluster;
  }

  /** A new process takes the seat. */
  async sit(seat: Seat): Promise<Running> {
    const database = this.server.url(this.database, seat.line.port);
    seat.node = await run(database, seat.nodeUrl);
    return seat.node;
  }

  async kill(seat: Seat): Promise<void> {
    const { node } = seat;
    seat.node = undefined;
    await node?.kill('SIGKILL');
  }

  get nodes(): readonly Running[] {
    return this.seats.flatMap(({ node }) => node ?? []);
  }

  get alarms(): readonly string[] {
    return this.nodes.flatMap(({ alarms }) => alarms);
  }

  /** Whoever holds the lease, sitting. */
  async leader(): Promise<Seat | undefined> {
    const [[url] = []] = await this.server.sql(this.database, 'select url from lease');
    return this.seats.find((seat) => [seat.nodeUrl, viaOf(seat)].includes(url));
  }

  /** Waits for one, other than these. */
  async whoLeads(...but: readonly Seat[]): Promise<Seat> {
    for (;;) {
      const leader = await this.leader();
      if (leader?.node && !but.includes(leader)) return leader;
      await sleep(TICK_MS);
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill('SIGKILL')));
    for (const { line, door } of this.seats) await Promise.all([line.end(), door?.end()]);
  }

  async #putUpDoors(): Promise<void> {
    const rows = this.seats.map((seat) => `('${seat.nodeUrl}', '${viaOf(seat)}')`).join(', ');
    const fill = `insert into doors values ${rows}`;
    await this.server.sql(this.database, ...DOORS, fill, 'update lease set url = url');
  }
}

const viaOf = ({ door }: Seat): string | undefined => door && `http://127.0.0.1:${door.port}`;

export interface Question {
  readonly key?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request to one node; undefined where the line was cut, or no answer came in time. */
export async function ask(
  at: Running,
  path: string,
  { key, body, headers }: Question = {},
): Promise<Said | undefined> {
  try {
    const reply = await fetch(`${at.url}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        ...headers,
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await reply.text();
    const isJson = reply.headers.get('content-type')?.startsWith('application/json');
    return {
      status: reply.status,
      text,
      json: parse(isJson ? text : '{}'),
      place: reply.headers.get('fairground-seq') ?? '',
    };
  } catch {
    return undefined;
  }
}
