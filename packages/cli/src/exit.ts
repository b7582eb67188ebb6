/** How the program ends: one table for the code, the help and the manual. */
import {
  FairgroundError,
  FairgroundForked,
  FairgroundInvalid,
  FairgroundNotNow,
  FairgroundRefusal,
  FairgroundUnknown,
} from '@fairground/client';
import { JournalRefused } from '@fairground/journal';

export const EXITS = {
  ok: { code: 0, says: 'Done.' },
  fault: { code: 1, says: 'It failed: a bug, or a file, disk or port that would not.' },
  usage: { code: 2, says: 'The command line is wrong; nothing was asked.' },
  refused: { code: 3, says: 'The exchange refused; nothing happened.' },
  not_now: { code: 4, says: 'Not now: busy or out of reach; nothing happened, try again later.' },
  difference: { code: 5, says: '`verify` found a difference.' },
  unknown: {
    code: 6,
    says: 'The outcome is unknown: it may have happened. Ask again with the key it names.',
  },
  forked: { code: 7, says: 'The server shows another history than it did before.' },
  unwell: { code: 8, says: '`doctor` found a problem.' },
  disk: {
    code: 70,
    says: 'The disk failed, and the journal ended the process: it confirms nothing that may be lost.',
  },
  interrupted: { code: 130, says: 'Interrupted (Ctrl-C) before the end.' },
  pipe: { code: 141, says: 'Whoever read the output stopped reading.' },
  terminated: { code: 143, says: 'Terminated before the end.' },
} as const;

export type ExitName = keyof typeof EXITS;

/** Ends the program with one sentence for people. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exit: ExitName;

  constructor(exit: ExitName, message: string, cause?: unknown) {
    super(message, { cause });
    this.exit = exit;
  }
}

/** The same table, for help and manual. */
export function exitLines(): string[] {
  return Object.values(EXITS).map(
    ({ code, says }) => `${String(code).padStart(5)}  ${says.replaceAll('`', '')}`,
  );
}

/** Whatever was thrown, as the sentence and the code it ends with. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof FairgroundError) return new Failure(exitOf(error), sentenceOf(error), error);
  if (!(error instanceof Error)) return new Failure('fault', String(error));
  if (error instanceof JournalRefused)
    return new Failure(isPassing(error) ? 'not_now' : 'fault', error.message, error);
  const known = SYSTEM_ERRORS[systemCode(error) ?? ''];
  return new Failure(
    'fault',
    known ? `${known}: ${pathOf(error) ?? error.message}.` : error.message,
    error,
  );
}

/** Somebody else writes to it, or it is out of reach: another time it may be otherwise. */
const isPassing = ({ code }: JournalRefused): boolean =>
  code === 'locked' || code === 'unreachable';

/** Somebody else has the data directory open. */
export function isLocked(error: unknown): boolean {
  const cause = error instanceof Failure ? error.cause : error;
  return cause instanceof JournalRefused && cause.code === 'locked';
}

function exitOf(error: FairgroundError): ExitName {
  return error.kind === 'invalid' ? 'usage' : error.kind;
}

function sentenceOf(error: FairgroundError): string {
  if (error instanceof FairgroundRefusal) {
    const details = error.details.map(({ path, message }) =>
      path === undefined ? message : `${path}: ${message}`,
    );
    const hint = error.status === 401 ? 'Set FAIRGROUND_KEY, or pass --key.' : '';
    return [error.message, ...details, hint].filter((part) => part !== '').join(' ');
  }
  if (error instanceof FairgroundUnknown) {
    const again = error.key === '' ? '' : `: ask again with --idempotency-key ${error.key}`;
    return `${error.message}. It may have happened${again}`;
  }
  if (error instanceof FairgroundNotNow && error.code === 'unreachable') {
    return `${error.message} Is the server running? (fairground start)`;
  }
  if (error instanceof FairgroundInvalid || error instanceof FairgroundForked) return error.message;
  return error.message;
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  EACCES: 'Not allowed to use',
  EADDRINUSE: 'Something else listens there already',
  EADDRNOTAVAIL: 'This machine has no such address',
  EEXIST: 'It exists already',
  EISDIR: 'This is a directory, not a file',
  ENOENT: 'There is no such file or directory',
  ENOSPC: 'The disk is full',
  ENOTDIR: 'This is a file, not a directory',
  EROFS: 'The disk is read-only',
};

/** `ENOENT` and its like, of errors that have one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

function pathOf(error: Error): string | undefined {
  return 'path' in error && typeof error.path === 'string' ? error.path : undefined;
}
