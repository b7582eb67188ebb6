import { createHash } from 'node:crypto';

/**
 * The id a command has in the journal: the first 16 bytes of sha256(by ‖ key). One account cannot take or
 * probe another's, and nothing that a client wrote stays.
 */
export function commandIdOf(by: string, key: string): string {
  return createHash('sha256').update(`${by}\0${key}`).digest('hex').slice(0, 32);
}
