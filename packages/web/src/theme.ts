/** Light and dark: as the system says, until someone chooses. */
import { useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark';

const SLOT = 'fairground.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function chosen(): Theme | undefined {
  try {
    const text = localStorage.getItem(SLOT);
    return text === 'light' || text === 'dark' ? text : undefined;
  } catch {
    return undefined;
  }
}

const themeNow = (): Theme => chosen() ?? (dark.matches ? 'dark' : 'light');

/** Writes the theme where the style sheets read it, ours and the kit's. */
export function applyTheme(): void {
  const { dataset } = document.documentElement;
  dataset['theme'] = themeNow();
  dataset['mantineColorScheme'] = themeNow();
  for (const listener of listeners) listener();
}

export type Choice = Theme | 'system';

export const themeChoice = (): Choice => chosen() ?? 'system';

export function chooseTheme(choice: Choice): void {
  try {
    if (choice === 'system') localStorage.removeItem(SLOT);
    else localStorage.setItem(SLOT, choice);
  } catch {
    // Without storage the choice cannot be kept.
  }
  applyTheme();
}

export function turnTheme(): void {
  const next = themeNow() === 'dark' ? 'light' : 'dark';
  const system = dark.matches ? 'dark' : 'light';
  chooseTheme(next === system ? 'system' : next);
}

export function watchSystemTheme(): void {
  dark.addEventListener('change', applyTheme);
}

function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useThemeChoice = (): Choice => useSyncExternalStore(onTheme, themeChoice);

export const useTheme = (): Theme => useSyncExternalStore(onTheme, themeNow);
