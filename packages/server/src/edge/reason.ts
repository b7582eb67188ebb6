/** A reason is text: it goes to the vault, and its salted hash into the command. */
import { commandIdOf } from '@fairground/journal';
import type { FastifyRequest } from 'fastify';
import type { Shell } from '../shell.js';
import type { Envelope } from './envelope.js';
import { askerOf } from './who.js';

export async function keepReason(
  shell: Shell,
  request: FastifyRequest,
  envelope: Envelope,
  reason: string,
): Promise<string> {
  const { by } = askerOf(request);
  const command = commandIdOf(by, envelope.key);
  const { hash } = await shell.vault.putText({ command, by, text: JSON.stringify({ reason }) });
  return hash;
}
