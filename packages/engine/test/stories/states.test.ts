/** What may be asked of a market in each of its states, as one table. */
import { expect, test } from 'vitest';
import { decide, type MarketId, micro, SYSTEM, type Wish, whole } from '../../src/index.js';
import { DAY, textOf } from '../live.js';
import { CAST, tell } from '../story.js';

const REASON = textOf('it was so');
const STATES = [
  'draft',
  'open',
  'paused',
  'closed',
  'resolved',
  'cancelled',
  'settled',
  'refunded',
] as const;

/** How a market gets there from its draft; somebody has a stake, so that an end is not over at once. */
const WAYS: Readonly<Record<(typeof STATES)[number], readonly string[]>> = {
  draft: [],
  open: ['opens', 'stake'],
  paused: ['opens', 'stake', 'pauses'],
  closed: ['opens', 'stake', 'closes'],
  resolved: ['opens', 'stake', 'closes', 'resolves'],
  cancelled: ['opens', 'stake', 'cancels'],
  settled: ['opens', 'stake', 'closes', 'resolves', 'pays'],
  refunded: ['opens', 'stake', 'cancels', 'pays'],
};

const DRAFTS = {
  M: 'cpmm 100 closes=20:00',
  S: 'curve 10 0.025 closes=20:00',
  T: 'cpmm 100 closes=20:00 two=yes',
} as const;
const STAKES = {
  M: (id: string) => `ana mints ${id} 5`,
  S: (id: string) => `ana buys ${id} 5\n feed reports ${id} f1 goal`,
  T: (id: string) => `ana mints ${id} 5`,
} as const;

type Kind = keyof typeof DRAFTS;

function wayOf(kind: Kind, state: (typeof STATES)[number]): string {
  const id = `${kind}-${state}`;
  const steps = WAYS[state].map((step) => {
    if (step === 'stake') return STAKES[kind](id);
    if (step === 'pays') return `clock pays ${id}`;
    const named = step === 'resolves' && kind !== 'S' ? ' YES' : '';
    const two = kind === 'T' && (step === 'resolves' || step === 'cancels');
    const confirmed = two ? `\n max confirms ${id} ${step.slice(0, -1)}${named}` : '';
    return `eve ${step} ${id}${named}${confirmed}`;
  });
  return [`eve drafts ${id} ${DRAFTS[kind]}`, ...steps].join('\n');
}

const payout = [1_000_000, 0];
const cancel = { act: 'cancel', reason: REASON } as const;

/** Who asks it, of which kind of market, and what. */
const ASKED: readonly (readonly [string, string, Kind, (market: MarketId) => Wish])[] = [
  [
    'buy',
    'ana',
    'M',
    (market) => ({ type: 'trade', market, side: 'buy', outcome: 'YES', spend: whole(1) }),
  ],
  [
    'sell',
    'ana',
    'M',
    (market) => ({ type: 'trade', market, side: 'sell', outcome: 'YES', shares: whole(1) }),
  ],
  ['mint', 'ana', 'M', (market) => ({ type: 'mint', market, amount: whole(1) })],
  ['merge', 'ana', 'M', (market) => ({ type: 'merge', market, amount: whole(1) })],
  ['fund', 'eve', 'M', (market) => ({ type: 'fund', market, amount: whole(1) })],
  [
    'fact',
    'feed',
    'S',
    (market) => ({ type: 'record_fact', market, fact: 'f2', kind: 'goal', happenedAt: DAY }),
  ],
  ['undo', 'feed', 'S', (market) => ({ type: 'undo_fact', market, fact: 'u1', undoes: 'f1' })],
  ['edit', 'eve', 'M', (market) => ({ type: 'edit_draft', market, draft: draftOf() })],
  ['open', 'eve', 'M', (market) => ({ type: 'open', market })],
  ['pause', 'eve', 'M', (market) => ({ type: 'pause', market })],
  ['resume', 'eve', 'M', (market) => ({ type: 'resume', market })],
  ['extend', 'eve', 'M', (market) => ({ type: 'extend', market, closesAt: DAY + 21 * 3_600_000 })],
  ['close', 'eve', 'M', (market) => ({ type: 'close', market })],
  [
    'resolve',
    'eve',
    'M',
    (market) => ({ type: 'resolve', market, resolution: { payout }, reason: REASON }),
  ],
  ['cancel', 'eve', 'M', (market) => ({ type: 'cancel', market, reason: REASON })],
  ['propose', 'eve', 'T', (market) => ({ type: 'cancel', market, reason: REASON })],
  ['confirm', 'max', 'T', (market) => ({ type: 'confirm', market, verdict: cancel })],
  ['pay out', SYSTEM, 'M', (market) => ({ type: 'pay_out', market, first: 1 })],
];

function draftOf() {
  const terms = {
    mechanism: 'cpmm',
    outcomes: ['YES', 'NO'],
    deposit: whole(1),
    probability: 500_000,
    bps: 200,
  } as const;
  return {
    text: REASON,
    closing: { mode: 'manual' },
    twoPerson: false,
    refundCap: micro(0n),
    terms,
  } as const;
}

/** Where a proposal can stand, eve has proposed to cancel. */
const proposals = ['open', 'paused', 'closed'].map((state) => `eve cancels T-${state}`).join('\n');

test('[L24] of each state, what may be asked and what it is refused with', () => {
  const kinds: readonly Kind[] = ['M', 'S', 'T'];
  const ways = kinds.flatMap((kind) => STATES.map((state) => wayOf(kind, state)));
  const { world, command, at } = named(tell(`${CAST}\n${ways.join('\n')}\n${proposals}`));
  const rows = ASKED.map(([verb, by, kind, wish]) => {
    const cells = STATES.map((state) => {
      const decision = decide(world, command(by, wish(`${kind}-${state}`)), at);
      return (decision.kind === 'refused' ? decision.code : 'ok').padEnd(12);
    });
    return `${verb.padEnd(9)}${cells.join('')}`.trimEnd();
  });
  const head = `${' '.repeat(9)}${STATES.map((state) => state.padEnd(12)).join('')}`.trimEnd();
  expect(`\n${[head, ...rows].join('\n')}\n`).toBe(TABLE);
});

function named(live: ReturnType<typeof tell>) {
  return { world: live.world, at: live.at, command: live.command.bind(live) };
}

const TABLE = `
         draft       open        paused      closed      resolved    cancelled   settled     refunded
buy      not_open    ok          paused      closed      final       final       final       final
sell     not_open    ok          paused      closed      final       final       final       final
mint     not_open    ok          paused      closed      final       final       final       final
merge    not_open    ok          paused      closed      final       final       final       final
fund     not_open    ok          ok          closed      final       final       final       final
fact     not_open    ok          ok          ok          final       final       final       final
undo     not_open    ok          ok          ok          final       final       final       final
edit     ok          not_draft   not_draft   not_draft   not_draft   not_draft   not_draft   not_draft
open     ok          not_draft   not_draft   not_draft   not_draft   not_draft   not_draft   not_draft
pause    not_open    ok          paused      closed      final       final       final       final
resume   not_open    not_paused  ok          closed      final       final       final       final
extend   not_open    ok          ok          closed      final       final       final       final
close    not_open    ok          ok          closed      final       final       final       final
resolve  not_open    not_closed  paused      ok          final       final       final       final
cancel   ok          ok          ok          ok          final       final       final       final
propose  ok          ok          ok          ok          final       final       final       final
confirm  not_open    ok          ok          ok          final       final       final       final
pay out  nothing_due nothing_due nothing_due nothing_due ok          ok          nothing_due nothing_due
`;
