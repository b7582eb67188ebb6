/** A crowd that taps twice: nobody joins twice, nobody pays another price. */
import { expect, test } from 'vitest';
import {
  checkInvariants,
  createWorld,
  decide,
  type Decision,
  encodeBody,
  ENTRY_VERSION,
  fold,
  payoutsDue,
  receiptView,
  SYSTEM,
  tickDue,
  whole,
  type Wish,
  type World,
} from '../src/index.js';
import { NOON } from './live.js';
import { creation, END, type Plan, REASON, tiersOf } from './rallies.js';
import { seeded } from './seeded.js';

/** Folds without looking at every law after every entry: for crowds. */
class Crowd {
  readonly world: World = createWorld();
  at = NOON;
  #ids = 0;

  do(by: string, wish: Wish): Decision {
    const id = (++this.#ids).toString(16).padStart(32, '0');
    return this.submit({ by, id, validUntil: this.at + 60_000, wish });
  }

  submit(command: Parameters<typeof decide>[1]): Decision {
    const { world, at } = this;
    const decision = decide(world, command, at);
    if (decision.kind !== 'accepted') return decision;
    const { events } = decision;
    fold(world, {
      v: ENTRY_VERSION,
      seq: world.seq + 1,
      at,
      rules: world.rules,
      command,
      events,
      hash: REASON,
    });
    return decision;
  }
}

test('[G8] [L22] a thousand rallies that end at once do not burst an entry', () => {
  const crowd = new Crowd();
  const { world } = crowd;
  crowd.do(SYSTEM, { type: 'open_account', account: 'sam' });
  crowd.do(SYSTEM, { type: 'grant_role', account: 'sam', role: 'seller' });
  for (let n = 0; n < 1_000; n++) {
    const market = `${'x'.repeat(60)}${n + 1_000}`;
    crowd.do('sam', { ...creation({ tiers: tiersOf([0, 100]), maximum: 9 }), market } as Wish);
    crowd.do(SYSTEM, { type: 'open', market });
  }
  crowd.at = END;
  let ended = 0;
  for (let tick = tickDue(world, crowd.at); tick; tick = tickDue(world, crowd.at)) {
    const decision = crowd.submit(tick);
    if (decision.kind !== 'accepted') throw new Error('a tick that was due did nothing');
    const { events } = decision;
    const body = { v: 1, seq: 1, at: END, rules: 1, command: tick, events };
    expect(encodeBody(body).length).toBeLessThan(128 * 1024);
    ended += events.length;
  }
  expect(ended).toBe(2_000);
  expect(world.states.refunded).toBe(1_000);
});

test('[G23] 2,500 joins of 2,000 people, 500 of them double taps: 2,000 members, one price, no drift', () => {
  const steps = Array.from({ length: 12 }, (_, n) => [n === 0 ? 0 : n * 160, 100 - n * 4] as const);
  const plan: Plan = {
    tiers: tiersOf(...steps.map(([units, price], n) => [units, n === 11 ? 52 : price] as const)),
    maximum: 10_000,
    perPerson: 1,
  };
  const crowd = new Crowd();
  const { world } = crowd;
  const random = seeded(2_500);
  crowd.do(SYSTEM, { type: 'set_limits', limits: [['welcome', whole(100)]] });
  const people = Array.from({ length: 2_000 }, (_, n) => `p${n}`);
  for (const account of [...people, 'sam']) crowd.do(SYSTEM, { type: 'open_account', account });
  crowd.do(SYSTEM, { type: 'grant_role', account: 'sam', role: 'seller' });
  crowd.do('sam', creation(plan));
  crowd.do(SYSTEM, { type: 'open', market: 'R1' });
  const issued = world.books.issued('points');
  const taps = [...people, ...people.slice(0, 500)]
    .map((who) => [random.below(1_000_000), who] as const)
    .sort(([a], [b]) => a - b);
  const kinds = { accepted: 0, repeated: 0, refused: 0 };
  for (const [, who] of taps)
    kinds[crowd.do(who, { type: 'join_rally', market: 'R1', units: 1 }).kind]++;
  expect(kinds).toEqual({ accepted: 2_000, repeated: 500, refused: 0 });
  crowd.at = END;
  const began = performance.now();
  for (let tick = tickDue(world, crowd.at); tick; tick = tickDue(world, crowd.at))
    crowd.submit(tick);
  let chunks = 0;
  for (let [next] = payoutsDue(world); next; [next] = payoutsDue(world), chunks++)
    crowd.submit(next);
  const took = performance.now() - began;
  const market = world.markets.get('R1');
  if (!market) throw new Error('no rally');
  const receipt = receiptView(market);
  console.log(`rally of 2,000 settled in ${took.toFixed(1)} ms, ${chunks} chunks`);
  expect(market.state).toBe('settled');
  expect(receipt?.members).toHaveLength(2_000);
  expect(new Set(receipt?.members.map(({ pays }) => pays))).toEqual(new Set(['52']));
  for (const who of people) expect(world.books.balance(`player:${who}`, 'points')).toBe(whole(48));
  expect(world.books.issued('points')).toBe(issued);
  expect(world.books.balance('escrow:R1', 'points')).toBe(0n);
  expect(world.books.balance('player:sam', 'points')).toBe(whole(100 + 2_000 * 52) - whole(2_600));
  expect(checkInvariants(world).filter(({ detail }) => detail !== undefined)).toEqual([]);
});
