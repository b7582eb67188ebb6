import { count } from '../figures.js';
import { useConnection } from '../hooks.js';
import type { Connection } from '../live.js';

const LINK_WORDS = {
  connecting: 'Connecting',
  live: 'Live',
  behind: 'Behind',
  offline: 'Offline',
} as const satisfies Record<Connection['link'], string>;

const LINK_SAYS = {
  connecting: 'Connecting to the node.',
  live: 'Connected: prices move as they happen.',
  behind: 'Connected to a node that is catching up.',
  offline: 'No connection: prices stand still. Trying again.',
} as const satisfies Record<Connection['link'], string>;

/** Whether what the screen shows is the newest there is, and how new that is. */
export function ConnectionPill() {
  const { link, seq, hash, behind } = useConnection();
  const figure = link === 'behind' ? `by ${count(behind)}` : seq > 0 ? `#${count(seq)}` : '';
  return (
    <span className="pill" data-link={link} title={`${LINK_SAYS[link]} ${seq}.${hash}`}>
      <i className="lamp" aria-hidden="true" />
      <span role="status">{LINK_WORDS[link]}</span>
      <span className="pill-seq figures">{figure}</span>
    </span>
  );
}

/** Says aloud, in the page, that what is shown may be old. */
export function OfflineNote() {
  const { link, forked } = useConnection();
  if (forked) {
    return (
      <p className="note top-note" data-tone="bad" role="alert">
        The journal here is not the one this page saw before: its history was rewound or rewritten.
      </p>
    );
  }
  if (link !== 'offline') return null;
  return (
    <p className="note top-note" data-tone="warn" role="status">
      {LINK_SAYS.offline}
    </p>
  );
}
