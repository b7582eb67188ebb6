/** Where one can go from anywhere, and who is shown the way. */
import { useMe } from '../me.js';

export interface Place {
  readonly to:
    | '/'
    | '/leaderboard'
    | '/portfolio'
    | '/sell'
    | '/admin'
    | '/proof'
    | '/matches'
    | '/ticks'
    | '/settings';
  readonly name: string;
  readonly icon:
    | 'markets'
    | 'leaderboard'
    | 'portfolio'
    | 'sell'
    | 'admin'
    | 'proof'
    | 'matches'
    | 'ticks'
    | 'settings';
}

const MARKETS: Place = { to: '/', name: 'Markets', icon: 'markets' };
const LEADERBOARD: Place = { to: '/leaderboard', name: 'Leaderboard', icon: 'leaderboard' };
const PORTFOLIO: Place = { to: '/portfolio', name: 'Portfolio', icon: 'portfolio' };
const SELL: Place = { to: '/sell', name: 'Sell', icon: 'sell' };
const ADMIN: Place = { to: '/admin', name: 'Admin', icon: 'admin' };
const PROOF: Place = { to: '/proof', name: 'Proof', icon: 'proof' };
/** Looked at now and then: they never stand in the first row. */
export const OUTSIDE: readonly Place[] = [
  { to: '/matches', name: 'Matches', icon: 'matches' },
  { to: '/ticks', name: 'Ticks', icon: 'ticks' },
];
export const SETTINGS: Place = { to: '/settings', name: 'Settings', icon: 'settings' };

/** The ways of who is here now: a seller sells, an admin keeps house. */
export function usePlaces(): readonly Place[] {
  const { who, me } = useMe();
  const roles = me?.roles ?? [];
  return [
    MARKETS,
    LEADERBOARD,
    ...(who === undefined ? [] : [PORTFOLIO]),
    ...(roles.includes('seller') ? [SELL] : []),
    ...(roles.includes('admin') ? [ADMIN] : []),
    PROOF,
  ];
}
