/** Where somebody was when he went to the door, so that he is there again once he is in. */
import { useRouter } from '@tanstack/react-router';

const SLOT = 'fairground.back';
const DOOR = /^\/(sign-in|sign-up|confirm|forgot|reset)([/?#]|$)/;
/** Only our own pages: `//elsewhere` is none of them. */
const OURS = /^\/(?!\/)/;

/** Remembers an address of these pages; those of the door itself are none to come back to. */
export function keepPlace(href: string): void {
  if (DOOR.test(href) || !OURS.test(href)) return;
  try {
    sessionStorage.setItem(SLOT, href);
    // The letter of a sign-up is followed in another tab.
    localStorage.setItem(SLOT, href);
  } catch {
    // Without storage one comes back to the front page.
  }
}

function placeKept(): string {
  try {
    const kept = sessionStorage.getItem(SLOT) ?? localStorage.getItem(SLOT) ?? '/';
    return OURS.test(kept) ? kept : '/';
  } catch {
    return '/';
  }
}

/** Goes back to where one was before the door. */
export function useGoBack(): () => void {
  const router = useRouter();
  return () => router.history.push(placeKept());
}
