/** Who is let in at the private door, and what he hears there: the seal, the term, then the sequencer. */
import { type Answer, type Sequencer, type Timer, nodeTimer } from '@fairground/journal';
import { leadersPlace } from './fresh-place.js';
import {
  type Asked,
  decodeCommands,
  decodeFresh,
  encodeAnswers,
  encodePlace,
  PATHS,
} from './private-wire.js';
import type { Seal } from './seal.js';

export interface PorterOptions {
  readonly seal: Seal;
  readonly leading: () => { readonly sequencer: Sequencer; readonly term: number } | undefined;
  readonly barrier: () => Promise<boolean>;
  readonly timer?: Timer;
}

/** What came in at the door. */
export interface Knock {
  readonly path: string;
  readonly body: string;
  /** Its seal. */
  readonly header: string | undefined;
}

interface Said {
  readonly status: number;
  readonly body: string;
}

export interface Sealed extends Said {
  readonly header: string;
}

const NOT_LEADER: Said = { status: 409, body: '{"code":"not_leader"}' };

export class Porter {
  readonly #options: PorterOptions;

  constructor(options: PorterOptions) {
    this.#options = options;
  }

  /** Undefined: not a word to strangers. Rejects where what bears the seal is not what a node would send. */
  async hear({ path, body, header }: Knock): Promise<Sealed | undefined> {
    const { seal } = this.#options;
    const nonce = seal.open(header, path, body);
    if (nonce === undefined) return undefined;
    const said = await this.#say(path, body);
    return { ...said, header: seal.answer(nonce, said.status, said.body) };
  }

  async #say(path: string, body: string): Promise<Said> {
    const leading = this.#options.leading();
    if (!leading) return NOT_LEADER;
    const { sequencer, term } = leading;
    const { timer = nodeTimer } = this.#options;
    if (path === PATHS.commands) {
      const asked = decodeCommands(body);
      if (asked.term !== term) return NOT_LEADER;
      const answers = asked.commands.map((one) => submit(sequencer, one, timer));
      return { status: 200, body: encodeAnswers(await Promise.all(answers)) };
    }
    if (path !== PATHS.fresh) return { status: 404, body: '' };
    if (decodeFresh(body) !== term) return NOT_LEADER;
    const place = await leadersPlace(sequencer, this.#options.barrier);
    return place ? { status: 200, body: encodePlace(place) } : NOT_LEADER;
  }
}

/** Nobody listens to an answer that comes after his time. */
function submit(
  sequencer: Sequencer,
  { command, attempt, remainingMs, ...beside }: Asked,
  timer: Timer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stop = timer.set(remainingMs, () => resolve({ kind: 'unknown' }));
    sequencer.submit(command, attempt, beside).then(resolve, reject).finally(stop);
  });
}
