/** What the exchange tells somebody and what he asked it to tell; times are milliseconds since 1970. */
import type { Amount } from '@fairground/engine';
import type { PageQuery } from './requests.js';
import type { CallOptions } from './retry.js';
import type { Page } from './views.js';

/** One thing that somebody is told. */
export interface Notification {
  readonly id: string;
  /** `seq.n`: where it stands among all of his. */
  readonly place: string;
  readonly seq: number;
  readonly at: number;
  /** `paid`, `lost`, `refunded`, `rally_tier`, `rally_ended`, `granted`, `price_alert`, … */
  readonly kind: string;
  readonly market: string | undefined;
  /** What its kind has to say: amounts as decimal strings. */
  readonly data: Readonly<Record<string, string | number>>;
}

export interface Notifications extends Page<Notification> {
  readonly unread: number;
  /** The newest place that was marked as read. */
  readonly readTo: string;
}

export interface NewAlert {
  readonly market: string;
  /** Absent where the market has a single share (a stock). */
  readonly outcome?: string | undefined;
  /** Either this … */
  readonly above?: bigint | undefined;
  /** … or this. */
  readonly below?: bigint | undefined;
}

/** A price that somebody waits for. */
export interface Alert {
  readonly id: string;
  readonly market: string;
  readonly outcome: string | undefined;
  readonly above: Amount | undefined;
  readonly below: Amount | undefined;
  readonly created: number;
}

export interface NewWebhook {
  readonly url: string;
  readonly kinds: readonly string[];
}

export interface Webhook extends NewWebhook {
  readonly id: string;
  readonly created: number;
  /** Since when it is turned off, having failed too often. */
  readonly disabled: number | undefined;
}

export interface MadeWebhook extends Webhook {
  /** `whsec_…`, told once: its calls are signed with it, as Standard Webhooks say. */
  readonly secret: string;
}

/** One call of a webhook. */
export interface Delivery {
  readonly id: string;
  readonly kind: string;
  readonly seq: number;
  readonly at: number;
  readonly status: string;
  readonly attempts: number;
  readonly error: string | undefined;
  readonly ended: number | undefined;
}

/** Somewhere I am signed in. */
export interface OwnSession {
  readonly id: string;
  readonly agent: string;
  readonly created: number;
  readonly expires: number;
  readonly used: number;
  readonly isThis: boolean;
}

/** None of these writes is tried again: they have no key to be safe with. */
export interface Told {
  readonly notifications: {
    /** Newest first. */
    list(query?: PageQuery, options?: CallOptions): Promise<Notifications>;
    /** Up to that place; resolves to how far all is read now, which never goes back. */
    markRead(place: string, options?: CallOptions): Promise<string>;
    /** The kinds that come by mail, too. */
    mailed(options?: CallOptions): Promise<readonly string[]>;
    mail(kinds: readonly string[], options?: CallOptions): Promise<readonly string[]>;
  };
  /** Each is told once, with the first price that is there, and is gone then. */
  readonly alerts: {
    list(options?: CallOptions): Promise<readonly Alert[]>;
    create(wanted: NewAlert, options?: CallOptions): Promise<Alert>;
    drop(id: string, options?: CallOptions): Promise<void>;
  };
  readonly webhooks: {
    list(options?: CallOptions): Promise<readonly Webhook[]>;
    create(wanted: NewWebhook, options?: CallOptions): Promise<MadeWebhook>;
    drop(id: string, options?: CallOptions): Promise<void>;
    /** Newest first. */
    deliveries(id: string, query?: PageQuery, options?: CallOptions): Promise<Page<Delivery>>;
    /** Once more, under the same id and with the same bytes. */
    replay(id: string, delivery: string, options?: CallOptions): Promise<void>;
  };
  readonly sessions: {
    list(options?: CallOptions): Promise<readonly OwnSession[]>;
    end(id: string, options?: CallOptions): Promise<void>;
    /** All but this one; resolves to how many there were. */
    endOthers(options?: CallOptions): Promise<number>;
  };
}
