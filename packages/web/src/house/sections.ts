/** The parts of the house, by the word in their address. */
export const SECTIONS = [
  ['markets', 'Markets'],
  ['waiting', 'Waiting'],
  ['users', 'Users'],
  ['treasury', 'Treasury'],
  ['limits', 'Limits and breakers'],
  ['jobs', 'Jobs'],
  ['dead-letters', 'Dead letters'],
  ['pullers', 'Pullers'],
  ['quarantine', 'Quarantine'],
  ['audit', 'Audit'],
] as const;

export type Section = (typeof SECTIONS)[number][0];
