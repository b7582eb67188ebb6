/** The last head that this browser saw, kept from one visit to the next: a later journal must contain it. */
import { readJson } from '../wire.js';

const SLOT = 'fairground.head';

export interface SeenHead {
  readonly seq: number;
  readonly hash: string;
  readonly journal: string;
  /** When it was seen, ISO. */
  readonly at: string;
}

export function headSeen(): SeenHead | undefined {
  try {
    return readJson<SeenHead>(localStorage.getItem(SLOT) ?? '');
  } catch {
    return undefined;
  }
}

export function keepHead(head: SeenHead): void {
  try {
    localStorage.setItem(SLOT, JSON.stringify(head));
  } catch {
    // Without storage it is not remembered.
  }
}

export function forgetHead(): void {
  try {
    localStorage.removeItem(SLOT);
  } catch {
    // It was not kept either.
  }
}
