/** A snapshot's lines as a world again: exactly the one that was written, or none. */
import type { CommandId, Hash, Instant } from './command.js';
import { type Chain, chain as ownChain } from './hash.js';
import type { Digest } from './ids.js';
import { playerAccount } from './ledger/account.js';
import { deadlineOf, type Market, namesOf } from './market/market.js';
import { ZERO } from './math/amount.js';
import { decidesBy } from './mechanism/registry.js';
import { type Line, line, type LineOf, SNAPSHOT_FORMAT } from './snapshot.js';
import { type HashOfLines, hashLines, stateHash } from './state.js';
import { type Account, createWorld, type World } from './world.js';

/** What is read is not a world as this build would write it. */
export class NotASnapshot extends Error {
  override readonly name = 'NotASnapshot';
}

function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new NotASnapshot(what);
}

/** Takes the lines one by one. The world is given out only if writing it makes the very same lines. */
export class SnapshotReader {
  readonly #hash: HashOfLines;
  readonly #chain: Chain;
  readonly #world: World;
  #account: Account | undefined;
  #market: Market | undefined;
  #forgottenUntil = 0;
  #lines = 0;
  #ended = false;

  /** `empty` is the world it fills: another only where a simulation remembers fewer ids. */
  constructor(chain: Chain = ownChain, empty: World = createWorld()) {
    this.#chain = chain;
    this.#world = empty;
    this.#hash = hashLines(chain);
  }

  add(text: string): void {
    try {
      must(!this.#ended, 'a line after its end');
      this.#take(line.read(JSON.parse(text)));
      this.#hash.add(text);
      this.#lines++;
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new NotASnapshot(`line ${this.#lines + 1} of the snapshot is none: ${what}`);
    }
  }

  /** The world and its state hash. */
  finish(): { readonly world: World; readonly hash: Hash } {
    must(this.#ended, 'the snapshot has no end');
    const hash = this.#hash.end();
    must(stateHash(this.#world, this.#chain) === hash, 'the snapshot is not in its one form');
    return { world: this.#world, hash };
  }

  #take(row: Line): void {
    must((this.#lines === 0) === (row.type === 'world'), 'the world comes first, and once');
    switch (row.type) {
      case 'world':
        return this.#takeWorld(row);
      case 'balances':
        must(row.assets.length === row.amounts.length, 'each asset has its amount');
        for (const [n, asset] of row.assets.entries())
          this.#world.books.restore(row.account, asset, row.amounts[n] ?? ZERO);
        return;
      case 'account':
        return this.#takeAccount(row);
      case 'entered':
        must(this.#account !== undefined, 'an account is missing');
        return void this.#account.markets.push(...row.markets);
      case 'granted': {
        const { type: _, account, ...granted } = row;
        return void this.#world.granted.set(account, granted);
      }
      case 'market':
        return this.#takeMarket(row);
      case 'position':
        return this.#takePosition(row);
      case 'fact': {
        const { type: _, ...fact } = row;
        return void this.#ofMarket().facts.set(fact.fact, fact);
      }
      case 'paying':
        for (const market of row.markets) this.#world.paying.add(market);
        return;
      case 'ids':
        return this.#world.ids.restore(idsOf(row), this.#forgottenUntil);
      case 'end':
        must(row.lines === this.#lines, `${row.lines} lines expected`);
        this.#ended = true;
    }
  }

  #takeWorld({ type: _, format, forgottenUntil, ...fields }: LineOf<'world'>): void {
    must(format === SNAPSHOT_FORMAT, `format ${format}, this build knows ${SNAPSHOT_FORMAT}`);
    Object.assign(this.#world, fields);
    this.#forgottenUntil = forgottenUntil;
    this.#world.ids.restore([], forgottenUntil);
  }

  #takeAccount({ type: _, roles, markets, ...fields }: LineOf<'account'>): void {
    const { accounts } = this.#world;
    must(fields.number === accounts.size + 1, `account ${accounts.size + 1} is missing`);
    const holder = playerAccount(fields.id);
    this.#account = { ...fields, holder, roles: new Set(roles), markets: [...markets] };
    accounts.set(fields.id, this.#account);
  }

  #takeMarket({ type: _, ...fields }: LineOf<'market'>): void {
    const { markets, states, agenda } = this.#world;
    const { id, number, mechanism, draft, state } = fields;
    must(number === markets.size + 1, `market ${markets.size + 1} is missing`);
    must(decidesBy(mechanism), `nothing here decides by the mechanism ${mechanism}`);
    must(Object.hasOwn(states, state), `the state ${state} is unknown`);
    const names = namesOf(id, mechanism, draft.terms);
    const market: Market = {
      ...fields,
      names,
      holders: [],
      positions: new Map(),
      facts: new Map(),
    };
    markets.set(id, market);
    states[state]++;
    const at = deadlineOf(market);
    if (at !== undefined) agenda.add({ at, market: id });
    this.#market = market;
  }

  #takePosition({ type: _, ...position }: LineOf<'position'>): void {
    const { holders, positions } = this.#ofMarket();
    must(position.number === holders.length + 1, `position ${holders.length + 1} is missing`);
    holders.push(position);
    positions.set(position.holder, position);
  }

  #ofMarket(): Market {
    must(this.#market !== undefined, 'a market is missing');
    return this.#market;
  }
}

const PACKED = /^(?:[0-9a-f]{48})+$/;

function* idsOf({
  packed,
  seqs,
  untils,
}: LineOf<'ids'>): IterableIterator<readonly [CommandId, Digest, number, Instant]> {
  must(PACKED.test(packed) && packed.length === seqs.length * 48, 'packed ids expected');
  must(untils.length === seqs.length, 'each id has its time');
  for (const [n, seq] of seqs.entries()) {
    const at = n * 48;
    const id = packed.slice(at, at + 32);
    const a = Number.parseInt(packed.slice(at + 32, at + 40), 16);
    const b = Number.parseInt(packed.slice(at + 40, at + 48), 16);
    yield [id, [a, b], seq, untils[n] ?? 0];
  }
}
