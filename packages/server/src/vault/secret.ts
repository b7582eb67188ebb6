/** Secrets that we made ourselves are long enough for one round: whoever reads their hash cannot use it. */
import { hash } from 'node:crypto';

export const hashOfSecret = (secret: string): string => hash('sha256', secret);
