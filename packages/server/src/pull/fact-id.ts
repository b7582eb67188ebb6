/** The ids of facts and commands are a function of what they stand for: whoever does it again asks for the same. */
import { hash as hashOnce } from 'node:crypto';

export interface FactPlace {
  readonly puller: string;
  readonly item: string;
  readonly count: string;
  /** From 1. What was taken back keeps its number. */
  readonly n: number;
}

export function factIdOf({ puller, item, count, n }: FactPlace): string {
  const of = hashOnce('sha256', JSON.stringify([puller, item, count])).slice(0, 24);
  return `${count}.${of}.${n}`;
}

export const undoIdOf = (fact: string): string => `${fact}.u`;

/** Words that no client can send as a key: there is a space in them. */
export const keyOf = (...words: readonly (string | number)[]): string => `pull ${words.join(' ')}`;
