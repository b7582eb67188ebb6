/** What an operator must hear of: said at once, or kept until there is a log. */
type Say = (reason: string, stops: boolean) => void;

export class Alarms {
  #say: Say | undefined;
  #early: (readonly [reason: string, stops: boolean])[] = [];

  /** `say`: who hears of it at once, if anybody does. */
  constructor(say?: Say) {
    this.#say = say;
  }

  readonly raise = (reason: string, stops: boolean): void => {
    if (this.#say) this.#say(reason, stops);
    else this.#early.push([reason, stops]);
  };

  /** Where nobody else listens. */
  logTo(log: Say): void {
    this.#say ??= log;
    for (const [reason, stops] of this.#early.splice(0)) this.#say(reason, stops);
  }
}
