/** The same effect has the same id, whoever works it out and however often: nobody is told twice by another name. */
import { v5 } from 'uuid';

const SPACE = 'b9d5a3de-2c5f-4d0e-9a57-0f6a7e1c6b11';

export interface EffectName {
  /** The journal it comes from. */
  readonly journal: string;
  /** The entry it comes from; of a price alert the one it was made after. */
  readonly seq: number;
  readonly kind: string;
  /** Whom or what it goes to. */
  readonly receiver: string;
}

export const effectId = ({ journal, seq, kind, receiver }: EffectName): string =>
  v5(JSON.stringify([journal, seq, kind, receiver]), SPACE);

/** One way of one notice: the same however late the notice is written. */
export const deliveryId = (notification: string, channel: string, receiver: string): string =>
  v5(JSON.stringify([notification, channel, receiver]), SPACE);
