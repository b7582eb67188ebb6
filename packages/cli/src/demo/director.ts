/** Does the steps of the schedule. The world says what is done: nothing is remembered beside it. */
import {
  type Draft,
  type Hash,
  type ReadonlyMarket,
  type Resolution,
  SYSTEM,
  type Wish,
} from '@fairground/engine';
import { ADMIN, matchDraft, matchText, resultText, SOURCE, teamName } from './listing.js';
import { outrightDraft } from './outrights.js';
import {
  type Ask,
  type Asker,
  DemoFault,
  type DemoText,
  inParallel,
  refusedFault,
} from './port.js';
import { isDone, isOver } from './progress.js';
import { rallyDraft, rallyText } from './rallies.js';
import type { OpenRally, OutrightStep, RecordFact, ResolveMatch, Step } from './schedule.js';
import { IN_FLIGHT } from './setup.js';
import type { WorldCup } from './worldcup.js';

/** However fast the days go by, a crowd that is to gather needs a while by the clock on the wall. */
const RALLY_MS_MIN = 2_000;

export class Director {
  readonly #asker: Asker;
  readonly #cup: WorldCup;
  /** Match days a minute: what a play time is on the wall. */
  readonly #speed: number;

  constructor(asker: Asker, cup: WorldCup, speed: number) {
    this.#asker = asker;
    this.#cup = cup;
    this.#speed = speed;
  }

  /** Does one step, or what is still missing of it. */
  async perform(step: Step): Promise<void> {
    if (isDone(step, this.#asker.world)) return;
    switch (step.type) {
      case 'open_match':
        return this.#open(step, matchText(step.match, this.#cup), (text) => matchDraft(step, text));
      case 'open_outright':
        return this.#openOutright(step);
      case 'open_rally':
        return this.#openRally(step);
      case 'close_match':
      case 'close_outright':
        return this.#asker.insist({
          by: ADMIN,
          key: step.key,
          wish: { type: 'close', market: step.market },
        });
      case 'record_fact':
        return this.#recordFact(step);
      case 'resolve_match':
        return this.#resolveMatch(step);
      case 'resolve_outright':
        return this.#resolveOutright(step);
      case 'settle_rally':
        return this.#endRally(step.market);
      case 'delist':
        return this.#delist(step.team, step.markets);
    }
  }

  async #open(
    { market, key }: { readonly market: string; readonly key: string },
    text: DemoText,
    draftOf: (text: Hash) => Draft,
  ): Promise<void> {
    if (!this.#asker.world.markets.has(market)) {
      const draft = draftOf(await this.#asker.writeText(text));
      const wish: Wish = { type: 'create_market', market, sponsor: 'treasury', draft };
      await this.#asker.insist({ by: ADMIN, key: `list-${market}`, wish });
    }
    await this.#asker.insist({ by: ADMIN, key, wish: { type: 'open', market } });
  }

  #openOutright(step: OutrightStep): Promise<void> {
    const { outright } = step;
    return this.#open(step, outright.text, (text) => outrightDraft(outright, text));
  }

  /**
   * A rally's end is a time of the exchange, so it is set at the last moment, and keys name it: where the draft was
   * stopped on its way (killed, or kept waiting until its time was over), it is drafted again with a new one.
   */
  async #openRally(step: OpenRally): Promise<void> {
    for (;;) {
      const ask = await this.#towardsOpenRally(step);
      if (!ask) return;
      const answer = await this.#asker.ask(ask);
      if (answer.kind === 'refused' && answer.code !== 'deadline_passed')
        throw refusedFault(ask, answer);
    }
  }

  async #towardsOpenRally({ market: id, offer, playMs }: OpenRally): Promise<Ask | undefined> {
    const market = this.#asker.world.markets.get(id);
    if (market && market.state !== 'draft') return undefined;
    const now = this.#asker.now();
    const givenMs = Math.max(RALLY_MS_MIN, Math.ceil(playMs / this.#speed));
    const drafted = market?.draft.closesAt;
    // Half of its time is enough to begin with; with less the crowd would be cheated.
    if (drafted !== undefined && drafted - now > givenMs / 2)
      return { by: ADMIN, key: `open-${id}-${drafted}`, wish: { type: 'open', market: id } };
    const closesAt = now + givenMs;
    const text = await this.#asker.writeText(rallyText(offer));
    const draft = rallyDraft(offer, text, closesAt);
    if (market) {
      const wish: Wish = { type: 'edit_draft', market: id, draft };
      return { by: ADMIN, key: `redraft-${id}-${closesAt}`, wish };
    }
    const { seller } = offer.terms;
    const wish: Wish = { type: 'create_market', market: id, sponsor: seller, draft };
    return { by: seller, key: `list-${id}-${closesAt}`, wish };
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

  async #resolveOutright({ market, outright }: OutrightStep): Promise<void> {
    const { payout, result } = outright;
    const reason = await this.#asker.writeText({ title: result, category: 'reason' });
    await this.#end(market, { reason, resolution: { payout } });
  }

  /** It ended by itself, with the clock or the last unit: what is left to do is to pay, if the node has not yet. */
  async #endRally(market: string): Promise<void> {
    const reason = await this.#asker.writeText({ title: 'The cup is over', category: 'reason' });
    await this.#end(market, { reason });
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
): Ask {
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
