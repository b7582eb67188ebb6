/** Processes that run seeds for another: two at once on two cores, each seed wherever there is time for it. */
import { type ChildProcess, fork } from 'node:child_process';
import { ALONE, type World, worldNamed } from './worlds.js';
import { Wrong } from './wrong.js';

/** What became of one seed. */
export interface Outcome {
  readonly seed: number;
  readonly entries: number;
  readonly ms: number;
  readonly counts: readonly (readonly [string, number])[];
  /** The law that was broken, where, and how. */
  readonly wrong?: { readonly law: string; readonly step: number; readonly what: string };
}

export async function play(seed: number, canary?: string, world: World = ALONE): Promise<Outcome> {
  const simulation = world.begin(seed, canary);
  const began = performance.now();
  try {
    const { entries, counts } = await simulation.run();
    return { seed, entries, ms: performance.now() - began, counts: [...counts] };
  } catch (error) {
    // What is no broken law is a fault of the simulator's: told with its stack.
    const isLaw = error instanceof Wrong;
    const what = error instanceof Error && !isLaw ? String(error.stack) : String(error);
    const law = isLaw ? error.law : 'simulator';
    const wrong = { law, step: simulation.step, what };
    return { seed, entries: 0, ms: performance.now() - began, counts: [], wrong };
  }
}

/** A seed, and perhaps a canary, over to a helper. */
export interface Task {
  readonly seed: number;
  readonly canary?: string;
  readonly world?: string;
}

const isTask = (message: unknown): message is Task =>
  typeof message === 'object' && message !== null && 'seed' in message;
const isOutcome = (message: unknown): message is Outcome =>
  typeof message === 'object' && message !== null && 'counts' in message;

/** The helper's side: one task at a time until the other end hangs up. */
export function help(): Promise<number> {
  return new Promise((resolve) => {
    process.on('message', (message: unknown) => {
      if (!isTask(message)) return;
      const { seed, canary, world } = message;
      void play(seed, canary, worldNamed(world)).then((outcome) => process.send?.(outcome));
    });
    process.once('disconnect', () => resolve(0));
  });
}

/** Plays the tasks on so many helpers; each outcome is told as it comes. False from `told` ends it. */
export async function playAll(
  tasks: Iterable<Task>,
  helpers: number,
  told: (outcome: Outcome) => boolean,
): Promise<void> {
  const queue = tasks[Symbol.iterator]();
  let goesOn = true;
  const feed = (child: ChildProcess): void => {
    const next = goesOn ? queue.next() : undefined;
    if (next?.done === false) child.send(next.value);
    else child.disconnect();
  };
  await Promise.all(
    Array.from({ length: helpers }, () => {
      const child = fork(process.argv[1] ?? '', ['simulate', '--help-another']);
      return new Promise<void>((resolve, reject) => {
        child.on('message', (message: unknown) => {
          if (!isOutcome(message)) return;
          goesOn = told(message) && goesOn;
          feed(child);
        });
        child.once('error', reject);
        child.once('exit', (code) =>
          code === 0 ? resolve() : reject(new Error(`A helper ended with ${String(code)}.`)),
        );
        feed(child);
      });
    }),
  );
}
