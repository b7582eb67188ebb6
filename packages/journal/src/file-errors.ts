/** What an operator reads when a journal directory cannot be used. */

export type RefusedBecause =
  /** Bytes that were durable have changed. */
  | 'damaged'
  /** Groups that were durable are gone; `acceptLoss` goes on without them. */
  | 'loss'
  /** Another process has the directory open, or nothing here can lock it. */
  | 'locked'
  /** The file system cannot keep a journal. */
  | 'filesystem'
  /** journal.json is missing, unreadable or from another build. */
  | 'format'
  /** The database is not set to keep what it commits. */
  | 'settings'
  /** The database does not answer, or does not let us in. */
  | 'unreachable'
  /** There is no room to open it safely. */
  | 'storage_full';

export class JournalRefused extends Error {
  readonly code: RefusedBecause;
  constructor(code: RefusedBecause, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'JournalRefused';
    this.code = code;
  }
}

/** The system's name of an error (`ENOSPC`), or '' when it has none. */
export function codeOf(error: unknown): string {
  const hasCode = error instanceof Error && 'code' in error && typeof error.code === 'string';
  return hasCode ? String(error.code) : '';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** No room is the one failure of a write that leaves everything as it was. */
export function isStorageFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(error));
}
