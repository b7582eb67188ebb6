/** Planted bugs of the breaker and the limits: an exit that is shut, a halt and a count out of their time. */
import { refuse } from '@fairground/engine';
import { bad, type Canary, marketOf, only, withMarket } from './canary.js';
import { NEVER_MOVED, type Swarm } from './swarm.js';

/** Whatever moves halts for minutes. */
const TOUCHY: Partial<Swarm> = {
  risk: [
    ['breaker_move', 20_000n],
    ['breaker_halt_ms', 300_000n],
  ],
};

const MINUTE_MS = 60_000;

export const RISK_CANARIES: readonly Canary[] = [
  {
    name: 'locked_exit',
    says: 'a halt refuses sales as well',
    seeds: 10,
    swarm: TOUCHY,
    laws: (laws) => ({
      ...laws,
      decide(world, command, at) {
        const { wish } = command;
        const isHalted = (marketOf(world, command)?.haltedUntil ?? 0) > at;
        if (isHalted && wish.type === 'trade' && wish.side === 'sell') return refuse('halted');
        return laws.decide(world, command, at);
      },
    }),
  },
  {
    name: 'forgotten_halt',
    says: 'a halt is gone when the journal is folded again',
    seeds: 10,
    swarm: { ...TOUCHY, ...bad({ killed: 60 }) },
    laws(laws) {
      let newest = 0;
      return {
        ...laws,
        fold(world, entry) {
          laws.fold(world, entry);
          const isAgain = entry.seq <= newest;
          newest = Math.max(newest, entry.seq);
          for (const event of isAgain ? entry.events : []) {
            const market =
              event.type === 'market_halted' ? world.markets.get(event.market) : undefined;
            delete market?.haltedUntil;
          }
        },
      };
    },
  },
  {
    name: 'sliding_window',
    says: 'every trade moves the mark on in time, so that it is never renewed',
    seeds: 10,
    laws: (laws) => ({
      ...laws,
      fold(world, entry) {
        laws.fold(world, entry);
        for (const event of entry.events) {
          const market = event.type === 'traded' ? world.markets.get(event.market) : undefined;
          if (market?.mark) market.mark = { ...market.mark, at: entry.at };
        }
      },
    }),
  },
  {
    name: 'endless_minute',
    says: 'what was traded in one minute counts in the next',
    seeds: 10,
    swarm: {
      ...only('cpmm', 'curve'),
      stepMs: 20_000,
      validMs: 60_000,
      risk: [
        ['trades_per_minute', 3n],
        ['breaker_move', NEVER_MOVED],
      ],
    },
    laws: (laws) => ({
      ...laws,
      decide(world, command, at) {
        const account = world.accounts.get(command.by);
        if (!account) return laws.decide(world, command, at);
        const still = { ...account, minute: Math.floor(at / MINUTE_MS) };
        const accounts = new Map(world.accounts).set(command.by, still);
        return laws.decide({ ...world, accounts }, command, at);
      },
    }),
  },
  {
    name: 'heedless_position',
    says: 'nobody minds how many shares one account holds',
    seeds: 20,
    laws: (laws) => ({
      ...laws,
      decide(world, command, at) {
        const market = marketOf(world, command);
        if (!market?.draft.risk) return laws.decide(world, command, at);
        const { positionLimit: _, ...risk } = market.draft.risk;
        const draft = { ...market.draft, risk };
        return laws.decide(withMarket(world, { ...market, draft }), command, at);
      },
    }),
  },
  {
    name: 'silent_treasury',
    says: 'nobody is told that the treasury has fallen below its floor',
    seeds: 20,
    laws: (laws) => ({
      ...laws,
      decide(world, command, at) {
        const decision = laws.decide(world, command, at);
        if (decision.kind !== 'accepted') return decision;
        const events = decision.events.filter(({ type }) => type !== 'treasury_low');
        return { ...decision, events };
      },
    }),
  },
];
