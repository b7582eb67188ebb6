/** What a member tells of entries: each once and in order, whoever folded it, from one place to the next. */
import type { Entry } from '@fairground/engine';
import { Listeners, type Sequencer } from '@fairground/journal';
import type { Place } from './sequencing.js';

export class Telling {
  readonly #folded: Listeners<[entry: Entry, line: string]>;
  readonly #durable: Listeners<[seq: number]>;
  readonly #reset: Listeners<[seq: number]>;
  #detach: (() => void)[] = [];
  /** The newest durable entry that was told. */
  place: Place;

  constructor(place: Place, onFault: (error: unknown) => void) {
    this.place = place;
    this.#folded = new Listeners(onFault);
    this.#durable = new Listeners(onFault);
    this.#reset = new Listeners(onFault);
  }

  readonly onFolded = (listener: (entry: Entry, line: string) => void): (() => void) =>
    this.#folded.add(listener);

  readonly onDurable = (listener: (seq: number) => void): (() => void) =>
    this.#durable.add(listener);

  readonly onReset = (listener: (seq: number) => void): (() => void) => this.#reset.add(listener);

  /** One that is durable already. */
  readonly entry = (entry: Entry, line: string): void => {
    this.place = { seq: entry.seq, hash: entry.hash };
    this.#folded.tell(entry, line);
  };

  /** All that was told is durable. */
  readonly settled = (): void => this.#durable.tell(this.place.seq);

  /** What was told and is not durable is no more. */
  reset(): void {
    this.#reset.tell(this.place.seq);
  }

  /** From here on it tells what this sequencer does. */
  attach(sequencer: Sequencer): void {
    this.#detach = [
      sequencer.onFolded((entry, line) => this.#folded.tell(entry, line)),
      sequencer.onDurable((seq) => {
        this.place = sequencer.durable;
        this.#durable.tell(seq);
      }),
      sequencer.onReset((seq) => this.#reset.tell(seq)),
    ];
  }

  detach(): void {
    for (const detach of this.#detach.splice(0)) detach();
  }
}
