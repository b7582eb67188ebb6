/** Calls of admins who let the server look elsewhere for facts. */
import type { Client } from './client.js';
import { Fields } from './fields.js';
import { getPage } from './get.js';
import { readItem } from './matches.js';
import { outgoingId } from './amounts.js';
import { type CallOptions, later, writeOnce } from './retry.js';
import type { Wire } from './wire.js';

export interface Puller {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly everyS: number;
  /** The account whose facts they are. */
  readonly source: string;
  /** Whoever set it up: in his name markets are paused and resolved. */
  readonly by: string;
  readonly on: boolean;
  /** What is sent along, by name alone. */
  readonly headers: readonly string[];
  readonly pulledAt: number | undefined;
  /** What went wrong the last time. */
  readonly error: string | undefined;
  readonly items: number;
  /** What was not taken, the newest first. */
  readonly rejected: readonly RejectedItem[];
}

export interface RejectedItem {
  readonly at: number;
  readonly item: string | undefined;
  readonly reason: string;
  readonly times: number;
}

/** What an item would come to. */
export interface TriedItem {
  readonly item: string;
  readonly names: readonly string[];
  readonly status: string;
  readonly minute: string | undefined;
  readonly counts: readonly TriedCount[];
  readonly markets: readonly {
    readonly market: string;
    /** Whether it would stand still now. */
    readonly pauses: boolean;
    readonly resolves: boolean;
  }[];
  readonly ends: readonly { readonly market: string; readonly outcome: string }[];
}

export interface TriedCount {
  readonly count: string;
  readonly value: number;
  readonly market: string | undefined;
  readonly kind: string | undefined;
  /** How many facts it would record now, and how many it would take back. */
  readonly records: number;
  readonly takesBack: number;
}

export interface PullerTrial {
  readonly items: readonly TriedItem[];
  /** What would not be taken, or would be refused. */
  readonly refused: readonly { readonly item: string | undefined; readonly reason: string }[];
  /** Why the whole answer is of no use. */
  readonly error: string | undefined;
}

export interface PullerCalls {
  list(options?: CallOptions): Promise<readonly Puller[]>;
  /** A puller as the API takes it. Not tried again: it has no key to be safe with. */
  create(puller: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<Puller>;
  /** What is said changes, from now on in the name of whoever asks; the rest stays. */
  change(
    id: string,
    changes: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<Puller>;
  /** What an address, or an answer handed in, would come to by a mapping. Nothing is kept, and nothing is done. */
  tryOut(trial: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<PullerTrial>;
  remove(id: string, options?: CallOptions): Promise<void>;
  /** Now, on whichever node; with `acceptJumps` whatever is beyond its bounds is believed once. */
  pull(id: string, how?: CallOptions & { readonly acceptJumps?: boolean }): Promise<void>;
  /** No market is resolved by what it says of this match, for good. */
  veto(id: string, item: string, reason: string, options?: CallOptions): Promise<void>;
}

const PATH = '/v1/admin/pullers';
const pathOf = (id: string): string => `${PATH}/${outgoingId('puller', id)}`;

export function pullersOf(wire: Wire): Pick<Client, 'pullers'> {
  const post = (path: string, body: object, how: CallOptions | undefined): Promise<unknown> =>
    writeOnce(wire, { method: 'POST', path, body }, how);
  return {
    pullers: {
      list: async (how) => (await getPage(wire, PATH, readPuller, how)).items,
      create: later(async (puller, how) =>
        readPuller(new Fields(await post(PATH, puller, how), 'puller')),
      ),
      change: later(async (id, changes, how) => {
        const request = { method: 'PATCH', path: pathOf(id), body: changes } as const;
        return readPuller(new Fields(await writeOnce(wire, request, how), 'puller'));
      }),
      tryOut: later(async (trial, how) =>
        readTrial(new Fields(await post(`${PATH}/try`, trial, how), 'answer')),
      ),
      remove: later(async (id, how) => {
        await writeOnce(wire, { method: 'DELETE', path: pathOf(id), body: {} }, how);
      }),
      pull: later(async (id, how) => {
        await post(`${pathOf(id)}/pull`, { accept_jumps: how?.acceptJumps === true }, how);
      }),
      veto: later(async (id, item, reason, how) => {
        await post(`${pathOf(id)}/veto`, { item, reason }, how);
      }),
    },
  };
}

function readPuller(from: Fields): Puller {
  return {
    id: from.text('id'),
    name: from.text('name'),
    url: from.text('url'),
    everyS: from.count('every_s'),
    source: from.text('source'),
    by: from.text('by'),
    on: from.flag('on'),
    headers: from.texts('headers'),
    pulledAt: from.maybeInstant('pulled_at'),
    error: from.maybeText('error'),
    items: from.count('items'),
    rejected: from.list('rejected', (each) => ({
      at: each.instant('at'),
      item: each.maybeText('item'),
      reason: each.text('reason'),
      times: each.count('times'),
    })),
  };
}

const readTrial = (from: Fields): PullerTrial => ({
  items: from.list('items', readTried),
  refused: from.list('refused', (each) => ({
    item: each.maybeText('item'),
    reason: each.text('reason'),
  })),
  error: from.maybeText('error'),
});

const readTried = (from: Fields): TriedItem => ({
  ...readItem(from),
  counts: from.list('counts', (each) => ({
    count: each.text('count'),
    value: each.count('value'),
    market: each.maybeText('market'),
    kind: each.maybeText('kind'),
    records: each.count('records'),
    takesBack: each.count('takes_back'),
  })),
});
