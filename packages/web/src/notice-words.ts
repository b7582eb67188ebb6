/** What a notice says, in one sentence. */
import { count, points } from './figures.js';
import type { Notice, NoticeKind } from './people-wire.js';

/** What one can choose to be told by mail or webhook. */
export const KIND_WORDS = {
  paid: 'A market paid me',
  lost: 'A market ended without paying me',
  refunded: 'A market was cancelled and paid back',
  rally_tier: 'The price of a rally I joined fell',
  rally_ended: 'A rally I joined ended',
  granted: 'Points were granted to me',
  price_alert: 'A price I wait for is there',
  market_unresolved: 'A market waits for its result (admins)',
  webhook_disabled: 'A webhook of mine was turned off',
  dead_letters: 'Dead letters of feeds grow (admins)',
} as const satisfies Record<NoticeKind, string>;

export function noticeSentence({ kind, data }: Notice): string {
  const word = (name: string): string => String(data[name] ?? '');
  const figure = (name: string): string => points(word(name));
  switch (kind) {
    case 'paid':
      return `paid you ${figure('amount')} Points.`;
    case 'lost':
      return 'has ended; your shares are worth nothing.';
    case 'refunded':
      return `was cancelled: ${figure('amount')} Points came back.`;
    case 'rally_tier':
      return `the price has fallen to ${figure('price')} Points a unit.`;
    case 'rally_ended':
      return `has ended: ${count(Number(data['units'] ?? 0))} units at ${figure('price')} Points each, the same for all.`;
    case 'granted':
      return `You were granted ${figure('amount')} Points.`;
    case 'price_alert':
      return `${word('outcome') === '' ? '' : `${word('outcome')}: `}the price is ${figure('price')}, ${word('when')} the ${figure('wanted')} you wait for.`;
    case 'market_unresolved':
      return 'is closed since a day and waits for its result.';
    case 'dead_letters':
      return `Dead letters grow: ${count(Number(data['open'] ?? 0))} are open.`;
    case 'webhook_disabled':
      return `Your webhook ${word('url')} failed too often and was turned off.`;
  }
}
