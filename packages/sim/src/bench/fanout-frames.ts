/** What the processes of `fanout` tell each other, and what they know of frames and time. */

export interface Crowd {
  /** `host:port` of each node; the sockets are dealt out over them. */
  readonly servers: readonly string[];
  readonly sockets: number;
  readonly path: string;
  /** What each says once it is open. */
  readonly hello: string;
}

/** When the frames of one entry came, one figure for each socket: milliseconds of the machine's own clock. */
export interface Heard {
  readonly key: string;
  readonly at: readonly number[];
}

/** Of this machine, not of this process: what two processes can compare. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** `event 12` or `state 12`: what a frame is, from its first bytes; undefined for any other message. */
export function frameKey(start: string): string | undefined {
  const [, kind, seq] = /^\{"type":"(event|state)".{1,80}?"seq":(\d+)/.exec(start) ?? [];
  return kind === undefined || seq === undefined ? undefined : `${kind} ${seq}`;
}
