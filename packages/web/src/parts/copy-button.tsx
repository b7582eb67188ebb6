import { useEffect, useState } from 'react';
import { CopyIcon, DoneIcon } from './icons.js';

const SAID_MS = 2_000;

/** Puts a text where it can be pasted from, and says so. */
export function CopyButton(props: { readonly text: string; readonly label: string }) {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = setTimeout(() => setState('idle'), SAID_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = (): void => {
    // Where a page came over plain HTTP there is no clipboard.
    const clipboard: Clipboard | undefined = navigator.clipboard;
    if (!clipboard) return setState('failed');
    clipboard.writeText(props.text).then(
      () => setState('done'),
      () => setState('failed'),
    );
  };
  return (
    <button type="button" className="button small copy" onClick={copy}>
      {state === 'done' ? <DoneIcon /> : <CopyIcon />}
      {props.label}
      <span className="hidden" role="status">
        {state === 'done' ? 'Copied.' : state === 'failed' ? 'Could not be copied.' : ''}
      </span>
    </button>
  );
}
