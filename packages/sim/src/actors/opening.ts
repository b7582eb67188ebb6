/** How every exchange here begins: its limits, its people, what they may do, and some money in the house. */
import { micro, type Wish } from '@fairground/engine';
import type { Swarm } from '../swarm.js';
import { ADMINS, JUDGES, SELLERS, SOURCES } from './scene.js';

const REASON = 'a'.repeat(64);
const POINT = 1_000_000n;

export function opening(swarm: Swarm): readonly Wish[] {
  const { risk, welcome, treasury, payoutsPerCommand, deadlinesPerTick, players } = swarm;
  const people = Array.from({ length: players }, (_, n) => `p${n}`);
  const accounts = [...people, ...ADMINS, ...JUDGES, ...SOURCES, ...SELLERS];
  const grants = (names: readonly string[], role: 'admin' | 'seller' | 'source'): readonly Wish[] =>
    names.map((account) => ({ type: 'grant_role', account, role }));
  return [
    {
      type: 'set_limits',
      limits: [
        ['welcome', BigInt(welcome) * POINT],
        ['payouts_per_command', BigInt(payoutsPerCommand)],
        ['deadlines_per_tick', BigInt(deadlinesPerTick)],
        ...risk,
      ],
    },
    ...accounts.map((account): Wish => ({ type: 'open_account', account })),
    ...grants([...ADMINS, ...JUDGES], 'admin'),
    ...grants(SOURCES, 'source'),
    ...grants(SELLERS, 'seller'),
    { type: 'grant', to: 'treasury', amount: micro(BigInt(treasury) * POINT), reason: REASON },
  ];
}
