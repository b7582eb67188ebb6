/** Bugs with keys that are planted, each of which their law must catch. */
import type { KnownKeysOptions } from '@fairground/server';

export interface KeysCanary {
  readonly name: string;
  /** What is wrong, in a sentence. */
  readonly says: string;
  /** How many seeds may pass before one of them catches it. */
  readonly seeds: number;
  readonly options: (options: KnownKeysOptions) => KnownKeysOptions;
}

export const KEYS_CANARIES: readonly KeysCanary[] = [
  {
    name: 'unchecked_look',
    says: 'nobody asks whether the world remembers all that was done after a key was looked for',
    seeds: 10,
    options: ({ sequencer, tables }) => ({
      tables,
      sequencer: {
        world: sequencer.world,
        head: sequencer.head,
        tape: sequencer.tape,
        submit: (command, attempt) => sequencer.submit(command, attempt),
      },
    }),
  },
  {
    name: 'never_looks',
    says: 'the tables are asked for no key',
    seeds: 5,
    options: ({ sequencer }) => ({ sequencer, tables: undefined }),
  },
  {
    name: 'slow_tables_are_whole',
    says: 'tables that trail behind say that they hold everything',
    seeds: 10,
    options: ({ sequencer, tables }) => ({
      sequencer,
      tables: tables && {
        find: async (id) => ({ ...(await tables.find(id)), to: Number.MAX_SAFE_INTEGER }),
      },
    }),
  },
];
