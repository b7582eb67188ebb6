import { hash as hashOnce } from 'node:crypto';

/**
 * The id a command has in the journal: the first 16 bytes of sha256(by ‖ key). One account cannot take or
 * probe another's, and nothing that a client wrote stays.
 */
export function commandIdOf(by: string, key: string): string {
  return hashOnce('sha256', `${by}\0${key}`).slice(0, 32);
}
