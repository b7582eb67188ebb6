/** What following the feed looks like from outside: frames, and what happens beside them. */
import type { OnBeside } from './beside.js';
import type { Cursor } from './cursor.js';
import type { Frame } from './frames.js';

export type OnFrame = (frame: Frame) => void;

/** What happens beside the frames. */
export type Notice =
  | { readonly type: 'live'; readonly resumed: boolean }
  /** Cut; another try follows after `retryMs`. */
  | {
      readonly type: 'cut';
      readonly code: number;
      readonly reason: string;
      readonly retryMs: number;
    }
  /** Events of a topic between two seqs did not come; fresh state follows. */
  | {
      readonly type: 'gap';
      readonly topic: string;
      readonly after: number;
      readonly before: number;
    }
  /** Nothing to resume from: what comes now is fresh state, and the events between are not sent. */
  | { readonly type: 'start_over'; readonly reason: string }
  /** The server's history is another one than was seen here. */
  | { readonly type: 'forked'; readonly seen: Cursor | undefined }
  /** How far the node is behind the newest entry it knows of; every 15 s. */
  | { readonly type: 'heartbeat'; readonly seq: number; readonly head: number }
  /** The server will not have it; no further try is made. */
  | { readonly type: 'refused'; readonly code: string; readonly message: string };

export interface LiveOptions extends OnBeside {
  readonly onNotice?: ((notice: Notice) => void) | undefined;
  /** Where an earlier life stopped: what came since is sent first, if it is not too old. */
  readonly after?: Cursor | undefined;
  /** As a stream of events over `fetch`, where there is no WebSocket or something between lets none pass. */
  readonly sse?: boolean | undefined;
}

export interface Live {
  /** The greatest entry seen in any frame or heartbeat. */
  readonly cursor: Cursor | undefined;
  readonly connected: boolean;
  close(): void;
  /** When it has ended, by `close()` or because the server refused. */
  readonly ended: Promise<void>;
}
