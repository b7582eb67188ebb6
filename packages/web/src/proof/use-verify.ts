/** Verifying as the page sees it: a worker that is started, tells how far it is, and can be stopped. */
import { useEffect, useRef, useState } from 'react';
import { now } from '../clock.js';
import type { Verified, VerifyWish, VerifyWord } from './verify-words.js';

export type Verifying =
  | { readonly is: 'idle' }
  | { readonly is: 'running'; readonly entries: number; readonly of: number; readonly ms: number }
  | { readonly is: 'done'; readonly verified: Verified; readonly ms: number }
  | { readonly is: 'forked' | 'failed'; readonly says: string };

/** Pages need not be drawn more often than this. */
const SHOW_EVERY_MS = 100;

export function useVerify() {
  const [state, setState] = useState<Verifying>({ is: 'idle' });
  const worker = useRef<Worker>(undefined);
  const stop = (): void => {
    worker.current?.terminate();
    worker.current = undefined;
  };
  useEffect(() => stop, []);
  const start = (wish: VerifyWish): void => {
    stop();
    const began = now();
    let shownAt = 0;
    const mine = new Worker(new URL('./verify-worker.ts', import.meta.url), { type: 'module' });
    worker.current = mine;
    setState({ is: 'running', entries: 0, of: 0, ms: 0 });
    mine.onmessage = ({ data }: MessageEvent<VerifyWord>) => {
      if (worker.current !== mine) return;
      const ms = now() - began;
      if (data.is !== 'progress') {
        stop();
        return setState(data.is === 'done' ? { ...data, ms } : data);
      }
      if (ms - shownAt < SHOW_EVERY_MS) return;
      shownAt = ms;
      setState({ ...data, is: 'running', ms });
    };
    mine.onerror = () => {
      stop();
      setState({ is: 'failed', says: 'The part of the page that verifies could not be loaded.' });
    };
    mine.postMessage(wish);
  };
  const cancel = (): void => {
    stop();
    setState({ is: 'idle' });
  };
  return { state, start, cancel };
}
