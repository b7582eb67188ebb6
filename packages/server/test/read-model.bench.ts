/** A small exchange on a journal in memory, played by dice, and a look whether tables say what its world says. */
import { createHash } from 'node:crypto';
import {
  formatAmount,
  hashZero,
  micro,
  orderView,
  positionView,
  type ReadonlyWorld,
  SYSTEM,
  type Wish,
} from '@fairground/engine';
import { commandIdOf, type MemoryJournal, MemoryStore, Sequencer } from '@fairground/journal';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Projector } from '../src/readmodel/projector.js';
import type { RunSql, SqlStore } from '../src/readmodel/sql-store.js';

const ID = '00112233445566778899aabbccddeeff';
const REASON = createHash('sha256').update('so it is').digest('hex');
export const PLAYERS = ['ana', 'bob', 'cid'];
const MARKETS = ['M1', 'L1', 'S1', 'R1'];

/** One step of the dice: who does what in which market, and how much later. */
export const step = fc.record({
  act: fc.constantFrom(
    'buy',
    'buy',
    'buy',
    'sell',
    'mint',
    'join',
    'fact',
    'freeze',
    'end',
    'cancel',
    'wait',
  ),
  player: fc.constantFrom(...PLAYERS),
  market: fc.constantFrom(...MARKETS),
  outcome: fc.constantFrom('YES', 'NO', 'DRAW'),
  amount: fc.integer({ min: 1_000, max: 90_000_000 }),
  ms: fc.constantFrom(0, 1, 900, 61_000, 1_900_000, 90_000_000),
});
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

export class Play {
  readonly journal: MemoryJournal;
  #at = 1_700_000_000_000;
  #sequencer: Sequencer | undefined;
  #count = 0;

  private constructor() {
    this.journal = new MemoryStore({ id: ID, hash0: hashZero(ID) }).open();
  }

  static async begin(): Promise<Play> {
    const play = new Play();
    play.#sequencer = await Sequencer.start({ journal: play.journal, clock: () => play.#at });
    for (const account of [...PLAYERS, 'eve', 'sam', 'feed'])
      await play.do(SYSTEM, { type: 'open_account', account });
    await play.do(SYSTEM, { type: 'grant_role', account: 'eve', role: 'admin' });
    await play.do(SYSTEM, { type: 'grant_role', account: 'sam', role: 'seller' });
    await play.do(SYSTEM, { type: 'grant_role', account: 'feed', role: 'source' });
    const amount = micro(50_000_000_000n);
    await play.do(SYSTEM, { type: 'grant', to: 'treasury', amount, reason: REASON });
    for (const market of MARKETS) {
      await play.do('eve', play.creation(market));
      expect((await play.do('eve', { type: 'open', market })).kind).toBe('done');
    }
    return play;
  }

  get sequencer(): Sequencer {
    return this.#sequencer!;
  }

  get world(): ReadonlyWorld {
    return this.sequencer.world;
  }

  do(by: string, wish: Wish, key = `k${++this.#count}`): ReturnType<Sequencer['submit']> {
    return this.sequencer.submit({
      by,
      id: commandIdOf(by, key),
      validUntil: this.#at + 60_000,
      wish,
    });
  }

  wait(ms: number): void {
    this.#at += ms;
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const one of steps) {
      this.wait(one.ms);
      await this.one(one);
    }
    await this.sequencer.whenDurable(this.sequencer.head.seq);
  }

  private async one({ act, player, market, outcome, amount }: Step): Promise<void> {
    const named = market === 'S1' ? {} : { outcome };
    const money = micro(BigInt(amount));
    switch (act) {
      case 'buy':
        await this.do(player, { type: 'trade', market, side: 'buy', ...named, spend: money });
        return;
      case 'sell':
        await this.do(player, { type: 'trade', market, side: 'sell', ...named, shares: money });
        return;
      case 'mint':
        await this.do(player, { type: 'mint', market, amount: money });
        return;
      case 'join':
        await this.do(player, { type: 'join_rally', market: 'R1', units: 1 + (amount % 4) });
        return;
      case 'fact': {
        const [fact, kind] = [`f${++this.#count}`, 'goal'];
        await this.do('feed', {
          type: 'record_fact',
          market: 'S1',
          fact,
          kind,
          happenedAt: this.#at,
        });
        return;
      }
      case 'freeze': {
        const type = amount % 2 === 0 ? 'freeze_account' : 'unfreeze_account';
        await this.do('eve', { type, account: 'cid', reason: REASON });
        return;
      }
      case 'end': {
        await this.do('eve', { type: 'close', market });
        const payout = market === 'L1' ? [0, 1_000_000, 0] : [1_000_000, 0];
        const resolution = market === 'M1' || market === 'L1' ? { resolution: { payout } } : {};
        await this.do('eve', { type: 'resolve', market, ...resolution, reason: REASON });
        return;
      }
      case 'cancel':
        await this.do('eve', { type: 'cancel', market, reason: REASON });
        return;
      case 'wait':
        return;
    }
  }

  private creation(market: string): Wish {
    const terms = {
      M1: {
        mechanism: 'cpmm',
        outcomes: ['YES', 'NO'],
        deposit: micro(1_000_000_000n),
        probability: 400_000,
        bps: 100,
      },
      L1: {
        mechanism: 'lmsr',
        outcomes: ['YES', 'NO', 'DRAW'],
        liquidity: micro(300_000_000n),
        bps: 0,
      },
      S1: {
        mechanism: 'curve',
        fundamental: 10_000_000n,
        slope: 20_000n,
        bps: 100,
        source: 'feed',
        rules: [{ kind: 'goal', num: 27, den: 25 }],
      },
      R1: {
        mechanism: 'rally',
        tiers: [
          { units: 0, price: micro(10_000_000n) },
          { units: 5, price: micro(7_000_000n) },
        ],
        minimum: 2,
        maximum: 10,
        perPerson: 4,
        seller: 'sam',
      },
    } as const;
    const draft = {
      text: REASON,
      closing: { mode: market === 'R1' ? 'auto' : 'manual' },
      ...(market === 'R1' && { closesAt: this.#at + 100_000_000 }),
      twoPerson: false,
      refundCap: micro(0n),
      terms: terms[market as keyof typeof terms],
    } as const;
    const sponsor = market === 'R1' ? 'sam' : 'treasury';
    return { type: 'create_market', market, sponsor, draft };
  }
}

const rowsOf = async (run: RunSql, sql: string): Promise<string[]> =>
  (await run(sql)).rows.map((row) => row.join(' '));

/** Every table against the world. */
export async function expectSame(store: SqlStore, world: ReadonlyWorld, play: Play): Promise<void> {
  await store.look(async (run) => {
    expect(await rowsOf(run, 'select seq, at from read.checkpoint')).toEqual([
      `${world.seq} ${world.at}`,
    ]);
    const balances = [...world.books.accounts()].flatMap((account) =>
      [...world.books.of(account)].map(([asset, amount]) => `${account} ${asset} ${amount}`),
    );
    const found = 'select account, asset, amount from read.balances where amount <> 0';
    expect((await rowsOf(run, found)).sort()).toEqual(balances.sort());
    const summed = `select account, asset, sum(amount) from (
        select receiver as account, asset, amount from read.transfers
        union all select sender, asset, -amount from read.transfers) legs
      group by account, asset having sum(amount) <> 0`;
    expect((await rowsOf(run, summed)).sort()).toEqual(balances);
    const accounts = [...world.accounts.values()].map(({ id, frozen, seq }) => {
      const points = world.books.balance(`player:${id}`, 'points');
      let profit = 0n;
      for (const market of world.markets.values()) {
        const shown = positionView(world, world.accounts.get(id)!, market)?.profit;
        if (shown !== undefined) profit += microOf(shown);
      }
      return [id, frozen, seq, points, profit].join(' ');
    });
    expect(
      await rowsOf(
        run,
        `select a.id, a.frozen::text, a.seq, w.points, w.equity - w.granted
          from read.accounts a join read.worth w on w.account = a.id
          where a.id <> 'sam' order by number`,
      ),
    ).toEqual(accounts.filter((line) => !line.startsWith('sam')));
    const markets = [...world.markets.values()].map(({ id, state, volume, trades, seq }) =>
      [id, state, volume, trades, seq].join(' '),
    );
    const marketsSql = 'select id, state, volume, trades, seq from read.markets order by number';
    expect(await rowsOf(run, marketsSql)).toEqual(markets);
    const positions = [...world.markets.values()].flatMap(({ id, holders }) =>
      holders.map(({ holder, number, net, paid, pledge }) =>
        [id, holder, number, net, paid, pledge?.units ?? ''].join(' '),
      ),
    );
    const positionsSql = 'select market, holder, number, net, paid, units from read.positions';
    expect((await rowsOf(run, positionsSql)).sort()).toEqual(positions.sort());
    const orders: string[] = [];
    for (let seq = 1; seq <= world.seq; seq++) {
      const entry = await play.sequencer.tape.entryAt(seq);
      const order = entry && orderView(entry);
      if (order) orders.push(`${seq} ${order.type} ${order.account} ${order.pays} ${order.gets}`);
    }
    const trades = (
      await run('select seq, type, account, pays, gets from read.trades order by seq, n')
    ).rows;
    expect(
      trades.map(([seq, type, account, pays, gets]) =>
        [seq, type, account, ...[pays, gets].map((one) => formatAmount(BigInt(one!)))].join(' '),
      ),
    ).toEqual(orders);
  });
}

/** The signed amount behind a decimal text. */
function microOf(text: string): bigint {
  const [whole = '0', part = ''] = text.replace('-', '').split('.');
  const size = BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, '0'));
  return text.startsWith('-') ? -size : size;
}

/** Cuts some transactions off: before their commit, or after it without a word. */
export function unlucky(store: SqlStore, cuts: () => 'before' | 'after' | undefined): SqlStore {
  return {
    ...store,
    transaction: async (work) => {
      const cut = cuts();
      const done = await store.transaction(async (run) => {
        const made = await work(run);
        if (cut === 'before') throw new Error('cut before the commit');
        return made;
      });
      if (cut === 'after') throw new Error('cut after the commit');
      return done;
    },
  };
}

export async function toTheEnd(projector: Projector): Promise<void> {
  for (let failed = 0; ; ) {
    try {
      if (!(await projector.step())) return;
    } catch (error) {
      if (++failed > 100) throw error;
    }
  }
}
