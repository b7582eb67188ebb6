/** Who acts in this tab: a session of the browser, whose cookie no script reads, or a pasted API key. */
import { useSyncExternalStore } from 'react';
import { readJson } from './wire.js';

const KEY_SLOT = 'fairground.key';
/** That there is a session, and whose: shared by all tabs. What proves it is the cookie. */
const SESSION_SLOT = 'fairground.session';
const listeners = new Set<() => void>();

export const KEY_SHAPE = /^fg_[A-Za-z0-9_-]{16,128}$/;

export interface Session {
  readonly account: string;
  readonly handle: string;
}

/** `id` tells two of them apart, for what is remembered of each. */
export type Who =
  | { readonly by: 'key'; readonly id: string; readonly key: string }
  | ({ readonly by: 'session'; readonly id: string } & Session);

function kept(storage: () => Storage, slot: string): string | undefined {
  try {
    return storage().getItem(slot) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(storage: () => Storage, slot: string, text: string | undefined): void {
  try {
    if (text === undefined) storage().removeItem(slot);
    else storage().setItem(slot, text);
  } catch {
    // Without storage it lives as long as the page.
  }
}

const tab = (): Storage => sessionStorage;
const browser = (): Storage => localStorage;

function sessionKept(): Session | undefined {
  try {
    return readJson<Session>(kept(browser, SESSION_SLOT) ?? '');
  } catch {
    return undefined;
  }
}

let key = kept(tab, KEY_SLOT);
let session = sessionKept();
let acting = whoNow();

/** A pasted key is the nearer word: it was given in this very tab. */
function whoNow(): Who | undefined {
  if (key !== undefined) return { by: 'key', id: key, key };
  return session && { by: 'session', id: session.account, ...session };
}

function changed(): void {
  acting = whoNow();
  for (const listener of listeners) listener();
}

export const who = (): Who | undefined => acting;

export const apiKey = (): string | undefined => key;

/** Uses a key in this tab until it closes; undefined forgets it. It is sent to nobody but the node. */
export function setApiKey(next: string | undefined): void {
  key = next;
  keep(tab, KEY_SLOT, next);
  changed();
}

/** Somebody came in: the node has set his cookie. */
export function entered(next: Session): void {
  session = next;
  keep(browser, SESSION_SLOT, JSON.stringify(next));
  changed();
}

/** The session is over, here or by the node's word. */
export function left(): Session | undefined {
  const over = session;
  if (over === undefined) return undefined;
  session = undefined;
  keep(browser, SESSION_SLOT, undefined);
  changed();
  return over;
}

export function onWho(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Another tab came in or left. */
export function watchOtherTabs(): void {
  addEventListener('storage', ({ key: slot }) => {
    if (slot !== SESSION_SLOT && slot !== null) return;
    session = sessionKept();
    changed();
  });
}

export const useWho = (): Who | undefined => useSyncExternalStore(onWho, who);
