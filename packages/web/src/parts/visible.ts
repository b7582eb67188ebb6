/** Whether an element is on the screen, or nearly: what is out of sight needs no live price. */
import type { RefCallback } from 'react';
import { useCallback, useState } from 'react';

const seen = new WeakMap<Element, (visible: boolean) => void>();

const observer = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) seen.get(entry.target)?.(entry.isIntersecting);
  },
  { rootMargin: '80px 0px' },
);

export function useVisible(): readonly [RefCallback<HTMLElement>, boolean] {
  const [visible, setVisible] = useState(false);
  const watch = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    seen.set(element, setVisible);
    observer.observe(element);
    return () => observer.unobserve(element);
  }, []);
  return [watch, visible];
}
