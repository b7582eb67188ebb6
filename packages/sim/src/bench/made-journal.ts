/** A long journal to read: accounts, one hot market, then trades, in groups as under load. */
import {
  createWorld,
  decide,
  encodeBody,
  type Entry,
  fold,
  hashZero,
  sealBody,
  type Wish,
  type World,
} from '@fairground/engine';
import {
  type Group,
  type Head,
  makeFileSnapshot,
  nodeChain,
  openFileJournal,
  type SnapshotMade,
} from '@fairground/journal';
import { AT, commandOf, opening, playerName, tradeOf } from './exchange.js';

export const JOURNAL_MADE = {
  id: '0123456789abcdef'.repeat(2),
  players: 10_000,
  /** As under load: enough for one sync to be cheap. */
  entriesPerGroup: 200,
} as const;

export interface Written {
  readonly entries: number;
  readonly bytes: number;
  /** Of all entries but the last tenth, as if they had come since. */
  readonly early: SnapshotMade;
}

/** The journal as an exchange leaves it: accounts, a market, then trades. */
export async function makeJournal(dir: string, entries: number): Promise<Written> {
  const journal = await openFileJournal({ dir, id: JOURNAL_MADE.id });
  const maker = new Maker(entries);
  let head = await journal.take();
  let bytes = 0;
  let early: SnapshotMade | undefined;
  while (maker.seq < entries) {
    const group = maker.groupAfter(head);
    const said = await journal.append(group, head);
    if (said !== 'done') throw new Error(`append: ${said}`);
    bytes += group.lines.length;
    head = { grp: group.grp, term: group.term, lastSeq: group.lastSeq, hash: group.hash };
    if (!early && maker.seq >= entries * 0.9) early = await makeFileSnapshot({ dir });
  }
  await journal.close();
  if (!early) throw new Error('no snapshot was made');
  return { entries, bytes, early };
}

class Maker {
  readonly #entries: number;
  readonly #world: World = createWorld();
  readonly #opening: Iterator<Wish> = opening(JOURNAL_MADE.players, 'cpmm');
  #hash = hashZero(JOURNAL_MADE.id);
  #commands = 0;

  constructor(entries: number) {
    this.#entries = entries;
  }

  get seq(): number {
    return this.#world.seq;
  }

  groupAfter({ grp, term }: Head): Group {
    const firstSeq = this.seq + 1;
    const lines: string[] = [];
    while (lines.length < JOURNAL_MADE.entriesPerGroup && this.seq < this.#entries)
      lines.push(this.#line());
    const text = `${lines.join('\n')}\n`;
    return { grp: grp + 1, term, firstSeq, lastSeq: this.seq, hash: this.#hash, lines: text };
  }

  #line(): string {
    const n = ++this.#commands;
    const next = this.#opening.next();
    const [by, wish] = next.done
      ? [playerName(n % JOURNAL_MADE.players), tradeOf(n, 'cpmm')]
      : ['system', next.value];
    const command = commandOf(n, by, wish);
    const decision = decide(this.#world, command, AT);
    if (decision.kind !== 'accepted') throw new Error(`${wish.type}: ${JSON.stringify(decision)}`);
    const { events } = decision;
    const entry: Entry = { v: 1, seq: this.seq + 1, at: AT, rules: 1, command, events, hash: '' };
    const body = encodeBody(entry);
    this.#hash = nodeChain(this.#hash, body);
    fold(this.#world, entry);
    return sealBody(body, this.#hash);
  }
}
