/** What there is to see of a cluster at one moment. */
import type { DemoStatus } from '../demo/status.js';
import type { DatabaseState } from './database.js';
import type { Member } from './member.js';

export type MemberState =
  | 'starting'
  | 'leading'
  | 'following'
  | 'rebuilding'
  | 'stopped'
  | 'draining'
  | 'silent'
  | 'paused'
  | 'partitioned'
  | 'dead';

export interface MemberView {
  readonly number: number;
  readonly state: MemberState;
  /** What it says of itself, where that is something else. */
  readonly says: string | undefined;
  readonly term: number | undefined;
  readonly seq: number | undefined;
  /** Behind the newest entry that any node has shown, and since when it has not seen the journal's end. */
  readonly behind: number | undefined;
  readonly lagMs: number | undefined;
  readonly sockets: number | undefined;
  readonly pid: number | undefined;
  readonly url: string;
}

export interface Happening {
  /** Since the start. */
  readonly afterMs: number;
  readonly text: string;
}

export interface ClusterView {
  readonly database: DatabaseState;
  readonly demo: DemoStatus | undefined;
  /** For how long nobody got an answer though somebody asked. */
  readonly silentMs: number;
  readonly members: readonly MemberView[];
  readonly happenings: readonly Happening[];
}

const STATES: readonly MemberState[] = ['leading', 'following', 'rebuilding', 'stopped'];

/** `newest`: the newest entry any node has shown. */
export function memberView(member: Member, newest: number): MemberView {
  const { told, number, pid, url } = member;
  const state = stateOf(member);
  return {
    number,
    state,
    says: told && told.state !== state ? told.state : undefined,
    term: told?.term,
    seq: told?.seq,
    behind: told && Math.max(0, newest - told.seq),
    lagMs: told?.lagMs,
    sockets: told?.sockets,
    pid,
    url,
  };
}

function stateOf(member: Member): MemberState {
  const { isAlive, isPaused, isCut, told } = member;
  if (!isAlive) return 'dead';
  if (isPaused) return 'paused';
  if (isCut) return 'partitioned';
  if (!told) return member.hasTold ? 'silent' : 'starting';
  if (told.status === 'draining') return 'draining';
  return STATES.find((state) => state === told.state) ?? 'silent';
}
