/** What an operator must hear of: said at once, or kept until there is a log. */
import { withoutSecrets } from '../edge/log.js';

type Say = (reason: string, stops: boolean) => void;

export class Alarms {
  #say: Say | undefined;
  #early: (readonly [reason: string, stops: boolean])[] = [];

  /** `say`: who hears of it at once, if anybody does. */
  constructor(say?: Say) {
    this.#say = say;
  }

  /** What a library said may stand in it, and its secrets with it. */
  readonly raise = (said: string, stops: boolean): void => {
    const reason = withoutSecrets(said);
    if (this.#say) this.#say(reason, stops);
    else this.#early.push([reason, stops]);
  };

  /** Where nobody else listens. */
  logTo(log: Say): void {
    this.#say ??= log;
    for (const [reason, stops] of this.#early.splice(0)) this.#say(reason, stops);
  }
}
