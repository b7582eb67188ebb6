/** Pages of a role: what stands there for whoever is signed out, or has it not. */
import type { ReactNode } from 'react';
import { useMe } from '../me.js';
import type { Me, Role } from '../wire.js';
import { Empty, Failure, SignedOut, Skeleton } from './states.js';

export function Only(props: {
  readonly need: Role;
  /** "Whoever sells signs in first." */
  readonly signedOut: string;
  readonly others: ReactNode;
  readonly children: (me: Me) => ReactNode;
}) {
  const { who, me, error } = useMe();
  if (who === undefined) return <SignedOut>{props.signedOut}</SignedOut>;
  if (me === undefined && error !== null && error !== undefined) {
    return <Failure error={error} retry={() => location.reload()} />;
  }
  if (me === undefined) return <Skeleton lines={6} height={40} />;
  if (!me.roles.includes(props.need)) return <Empty>{props.others}</Empty>;
  return (
    <>
      {me.frozen && (
        <p className="note" data-tone="warn" role="status">
          Your account is frozen: you can look, and do nothing.
        </p>
      )}
      {props.children(me)}
    </>
  );
}
