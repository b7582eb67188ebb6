/** What somebody may be told of: each kind is a word of the wire, of the mail and of the webhooks alike. */

export const NOTICE_KINDS = [
  'paid',
  'lost',
  'refunded',
  'rally_tier',
  'rally_ended',
  'granted',
  'price_alert',
  'market_unresolved',
  'webhook_disabled',
  'dead_letters',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** What came of a notice leaves by these ways. */
export const CHANNELS = ['mail', 'webhook'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Those that are in no entry. */
export const isOfHouse = (kind: string): boolean =>
  kind === 'market_unresolved' || kind === 'webhook_disabled' || kind === 'dead_letters';
