/** The way here for somebody else: handed to the phone where it can pass it on, else to be pasted. */
import { points } from '../figures.js';
import type { Market } from '../wire.js';
import { CopyButton } from './copy-button.js';

export function ShareLink(props: { readonly market: Market }) {
  const { market } = props;
  const url = new URL(`/m/${encodeURIComponent(market.id)}`, location.href).href;
  const share = (): void => {
    const text = `${market.title}: ${points(market.price)} Points a unit, and less with each who joins.`;
    // Whoever closes the phone's list has changed his mind, which is no failure.
    void navigator.share({ title: market.title, text, url }).catch(() => undefined);
  };
  return (
    <span className="share">
      {'share' in navigator && (
        <button type="button" className="button small accent" onClick={share}>
          Share
        </button>
      )}
      <CopyButton text={url} label="Copy link" />
    </span>
  );
}
