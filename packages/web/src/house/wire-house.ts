/** What the house's own routes send, as docs/api.md says it. */
import type { Resolution, Role } from '../wire.js';

/** Something one admin has proposed, with the words of why. */
export interface Proposed {
  readonly market: string;
  readonly title: string;
  readonly by: string;
  readonly handle?: string;
  readonly act: 'resolve' | 'cancel';
  readonly resolution?: Resolution;
  readonly reason_hash: string;
  readonly reason?: string;
}

export interface Halted {
  readonly market: string;
  readonly title: string;
  readonly until: string;
}

export type LimitValues = Readonly<Record<string, string | number>>;

export interface House {
  readonly rules: number;
  readonly sealed: boolean;
  readonly treasury: string;
  readonly fees: string;
  readonly issued: string;
  /** By me, of this UTC day. */
  readonly granted_today: string;
  readonly limits: LimitValues;
  readonly halted: readonly Halted[];
  readonly proposals: readonly Proposed[];
}

export interface Account {
  readonly account: string;
  readonly handle: string;
  readonly number: number;
  readonly points: string;
  readonly frozen: boolean;
  readonly roles: readonly Role[];
  readonly markets: number;
}

export interface Quarantine {
  readonly count: number;
  readonly items: readonly { readonly hash: string; readonly reason: string }[];
}

export interface FailedJob {
  readonly id: string;
  readonly queue: string;
  readonly attempts: number;
  readonly reason: string;
  readonly failed_at: string;
}

export interface Jobs {
  readonly delivers: boolean;
  readonly queues: readonly {
    readonly queue: string;
    readonly state: string;
    readonly count: number;
  }[];
  readonly failed: readonly FailedJob[];
  readonly schedule: readonly {
    readonly task: string;
    readonly every_s: number;
    readonly last: string | null;
    readonly next: string;
  }[];
}

/** One line of the audit log. */
export interface Act {
  readonly seq: number;
  readonly at: string;
  readonly by: string;
  readonly handle?: string;
  readonly act: string;
  readonly target?: string;
  readonly refused?: string;
  readonly reason?: string;
}

/** Basis points by mechanism. */
export interface Fees {
  readonly cpmm: number;
  readonly lmsr: number;
  readonly curve: number;
  readonly rally: number;
}
