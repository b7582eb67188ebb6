/** How many notices wait; nothing where this node keeps none, or nobody is in. */
import { Link } from '@tanstack/react-router';
import { useNotices } from '../notices.js';
import { BellIcon } from '../parts/icons.js';
import { useWho } from '../session.js';

const SHOWN_MAX = 99;

function Waiting(props: { readonly who: string }) {
  const { unread } = useNotices(props.who);
  if (unread === undefined) return null;
  const says = unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`;
  return (
    <Link to="/notifications" className="icon-button bell" aria-label={says} title={says}>
      <BellIcon />
      {unread > 0 && (
        <span className="bell-count figures" aria-hidden="true">
          {unread > SHOWN_MAX ? `${SHOWN_MAX}+` : unread}
        </span>
      )}
    </Link>
  );
}

export function Bell() {
  const who = useWho();
  return who === undefined ? null : <Waiting who={who.id} />;
}
