/** What the program is given of the world around it: two streams, an environment, and the wish to stop. */

export interface Stream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** How this very program is started once more, as another process. */
export interface Self {
  readonly program: string;
  readonly args: readonly string[];
}

/** What is typed. */
export interface Input extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
}

export interface Terminal {
  /** What was asked for, and nothing else: it may be piped on. */
  readonly out: Stream;
  /** Progress, advice and errors. */
  readonly err: Stream;
  /** Absent where nobody can type. */
  readonly input?: Input;
  /** Absent where the program is no process of its own. */
  readonly self?: Self;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first Ctrl-C or SIGTERM. The second one ends the process at once. */
  readonly signal: AbortSignal;
}

/** Resolves when the user wants to stop. */
export function stopped(terminal: Terminal): Promise<void> {
  const { signal } = terminal;
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}
