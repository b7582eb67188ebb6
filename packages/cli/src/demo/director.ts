/** Does the steps of the schedule. The world says what is done: nothing is remembered beside it. */
import { type ReadonlyMarket, type Resolution, SYSTEM, type Wish } from '@fairground/engine';
import { ADMIN, matchDraft, matchText, SOURCE, teamName } from './listing.js';
import { type Asker, DemoFault, inParallel, refusedFault } from './port.js';
import { isDone, isOver } from './progress.js';
import { resultText } from './result.js';
import type { OpenMatch, RecordFact, ResolveMatch, Step } from './schedule.js';
import { IN_FLIGHT } from './setup.js';
import type { WorldCup } from './worldcup.js';

export class Director {
  readonly #asker: Asker;
  readonly #cup: WorldCup;

  constructor(asker: Asker, cup: WorldCup) {
    this.#asker = asker;
    this.#cup = cup;
  }

  /** Does one step, or what is still missing of it. */
  async perform(step: Step): Promise<void> {
    if (isDone(step, this.#asker.world)) return;
    switch (step.type) {
      case 'open_match':
        return this.#openMatch(step);
      case 'close_match':
        return this.#asker.insist({
          by: ADMIN,
          key: step.key,
          wish: { type: 'close', market: step.market },
        });
      case 'record_fact':
        return this.#recordFact(step);
      case 'resolve_match':
        return this.#resolveMatch(step);
      case 'delist':
        return this.#delist(step.team, step.markets);
    }
  }

  async #openMatch(step: OpenMatch): Promise<void> {
    const { market, key } = step;
    if (!this.#asker.world.markets.has(market)) {
      const text = await this.#asker.writeText(matchText(step.match, this.#cup));
      const draft = matchDraft(step, text);
      const wish: Wish = { type: 'create_market', market, sponsor: 'treasury', draft };
      await this.#asker.insist({ by: ADMIN, key: `list-${market}`, wish });
    }
    await this.#asker.insist({ by: ADMIN, key, wish: { type: 'open', market } });
  }

  /** The id of the fact is kept in the market for ever: telling it again changes nothing. */
  #recordFact({ key, market, fact, kind, at }: RecordFact): Promise<void> {
    const wish: Wish = { type: 'record_fact', market, fact, kind, happenedAt: at };
    return this.#asker.insist({ by: SOURCE, key, wish });
  }

  async #resolveMatch({ market, match, payout }: ResolveMatch): Promise<void> {
    const reason = await this.#asker.writeText({
      title: resultText(match, this.#cup),
      category: 'reason',
    });
    await this.#end(market, { reason, resolution: { payout } });
  }

  async #delist(team: string, markets: readonly string[]): Promise<void> {
    const title = `${teamName(this.#cup, team)}: delisted after the final`;
    const reason = await this.#asker.writeText({ title, category: 'reason' });
    await inParallel(markets, IN_FLIGHT, (market) => this.#end(market, { reason }));
  }

  /**
   * Takes a market to its end from wherever it is. The node pays out too, and an operator may close by
   * hand: who comes second is refused, and looks at the world again.
   */
  async #end(
    id: string,
    end: { readonly reason: string; readonly resolution?: Resolution },
  ): Promise<void> {
    for (;;) {
      const market = this.#asker.world.markets.get(id);
      if (!market) throw new DemoFault(`there is no market ${id} to end`);
      if (isOver(market)) return;
      const ask = nextAsk(market, end);
      const before = progressOf(market);
      const answer = await this.#asker.ask(ask);
      const after = this.#asker.world.markets.get(id);
      if (after && progressOf(after) !== before) continue;
      if (answer.kind === 'refused') throw refusedFault(ask, answer);
      throw new DemoFault(`"${ask.key}" was done, yet ${id} is still ${before}`);
    }
  }
}

/** What leads a market one state on. */
function nextAsk(
  { id, state, nextPaid }: ReadonlyMarket,
  end: { readonly reason: string; readonly resolution?: Resolution },
): { by: string; key: string; wish: Wish } {
  switch (state) {
    case 'draft':
      return {
        by: ADMIN,
        key: `cancel-${id}`,
        wish: { type: 'cancel', market: id, reason: end.reason },
      };
    case 'open':
    case 'paused':
      return { by: ADMIN, key: `close-${id}`, wish: { type: 'close', market: id } };
    case 'closed':
      return { by: ADMIN, key: `resolve-${id}`, wish: { type: 'resolve', market: id, ...end } };
    default:
      return {
        by: SYSTEM,
        key: `pay-${id}-${nextPaid}`,
        wish: { type: 'pay_out', market: id, first: nextPaid },
      };
  }
}

/** A market only goes forward, so this is different after every step. */
const progressOf = ({ state, nextPaid }: ReadonlyMarket): string =>
  `${state}, next payout ${nextPaid}`;
