/** What the node sends of people: sessions, keys, worth, notices. Amounts are decimal strings. */
import type { Page } from './wire.js';

export interface OwnSession {
  readonly id: string;
  /** The browser, as it calls itself. */
  readonly agent: string;
  readonly created: string;
  readonly expires: string;
  readonly used: string;
  readonly is_this: boolean;
}

export type Scope = 'read' | 'trade' | 'admin';

export interface OwnKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly last4: string;
  readonly created: string;
  /** Null until its first use. */
  readonly used: string | null;
}

/** The only answer that ever holds the key itself. */
export interface MadeKey {
  readonly id: string;
  readonly key: string;
  readonly name: string;
}

/** One leg of the ledger as its owner sees it: `change` has a sign. */
export interface Leg {
  readonly seq: number;
  readonly leg: number;
  readonly at: string;
  readonly event: string;
  readonly market?: string;
  readonly asset: string;
  readonly change: string;
  readonly with: string;
}

/** What an account was worth at a time; `profit` is what it has beyond what it was given. */
export interface Worth {
  readonly at: string;
  readonly points: string;
  readonly equity: string;
  readonly profit: string;
}

export interface WorthPage extends Page<Worth> {
  readonly now?: Worth;
}

export interface Player extends Worth {
  readonly account: string;
  readonly handle: string;
  readonly positions: readonly {
    readonly market: string;
    readonly asset: string;
    readonly shares: string;
    readonly price: string;
  }[];
}

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

export interface Notice {
  readonly id: string;
  /** Where it stands among mine: reading up to it is said with this. */
  readonly place: string;
  readonly seq: number;
  readonly at: string;
  readonly kind: NoticeKind;
  readonly market?: string;
  readonly data: Readonly<Record<string, string | number>>;
}

export interface NoticePage extends Page<Notice> {
  readonly unread: number;
  readonly read_to: string;
}

export interface PriceAlert {
  readonly id: string;
  readonly market: string;
  readonly outcome?: string;
  readonly above?: string;
  readonly below?: string;
  readonly created: string;
}

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly kinds: readonly NoticeKind[];
  readonly created: string;
  /** Since when it is turned off. */
  readonly disabled: string | null;
}

export interface MadeWebhook extends Webhook {
  readonly secret: string;
}
