/** A place that held everything when it was asked for: on a leader by a barrier, elsewhere by asking the leader. */
import type { Sequencer } from '@fairground/journal';
import type { Forwarder } from './forwarder.js';
import type { Member } from './member.js';
import type { Place } from './sequencing.js';

type Barrier = () => Promise<boolean>;

/**
 * Undefined where this node may lead no more. What is on its way counts too: a follower may have shown it before
 * its writer hears that it is there.
 */
export async function leadersPlace(
  sequencer: Sequencer,
  barrier: Barrier,
): Promise<Place | undefined> {
  // One that is being thrown away is no place.
  if (sequencer.status !== 'leading') return undefined;
  const { head } = sequencer;
  const passes = barrier();
  const isThere = await sequencer.whenDurable(head.seq).then(
    () => true,
    () => false,
  );
  return (await passes) && isThere ? head : undefined;
}

export function freshPlace(
  { leading }: Pick<Member, 'leading'>,
  forwarder: Forwarder,
  { barrier }: { readonly barrier: Barrier },
): Promise<Place | undefined> {
  return leading ? leadersPlace(leading.sequencer, barrier) : forwarder.fresh();
}
