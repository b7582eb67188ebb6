/** What people are told that is in no entry: it takes its place after the newest entry the tables hold. */
import type { Clock } from '../clock.js';
import { type ReadModel } from '../readmodel/read-model.js';
import type { Wish } from '../readmodel/entry-effects.js';
import type { NoticeKind } from './kinds.js';

export interface HouseNotice {
  readonly account: string;
  readonly kind: NoticeKind;
  readonly market: string | null;
  /** What it is about, so that it is told once: a market's number, an instant. */
  readonly about: number;
  readonly data: Readonly<Record<string, string | number>>;
}

export interface NoticesOptions {
  readonly tables: ReadModel;
  readonly clock: Clock;
  readonly wishes: () => readonly Wish[];
  readonly onTold: () => void;
}

export class Notices {
  readonly #options: NoticesOptions;

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  /** Those that were told before are not told again. */
  async tell(notices: readonly HouseNotice[]): Promise<void> {
    if (notices.length === 0) return;
    const { tables, clock, wishes, onTold } = this.#options;
    const accounts = new Set(notices.map(({ account }) => account));
    const wanted = wishes().filter(({ account }) => accounts.has(account));
    await tables.tellHouse({ notices, wanted, at: clock.now() });
    onTold();
  }
}
