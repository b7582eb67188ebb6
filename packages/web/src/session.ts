/** The API key of this tab: kept until the tab closes, sent to nobody but the node. */
import { useSyncExternalStore } from 'react';

const SLOT = 'fairground.key';
const listeners = new Set<() => void>();

export const KEY_SHAPE = /^fg_[A-Za-z0-9_-]{16,128}$/;

function stored(): string | undefined {
  try {
    return sessionStorage.getItem(SLOT) ?? undefined;
  } catch {
    return undefined;
  }
}

let key = stored();

export const apiKey = (): string | undefined => key;

export function setApiKey(next: string | undefined): void {
  key = next;
  try {
    if (next === undefined) sessionStorage.removeItem(SLOT);
    else sessionStorage.setItem(SLOT, next);
  } catch {
    // Without storage the key lives as long as the page.
  }
  for (const listener of listeners) listener();
}

export function onApiKey(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useApiKey = (): string | undefined => useSyncExternalStore(onApiKey, apiKey);
