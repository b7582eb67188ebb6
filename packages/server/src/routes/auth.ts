import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { handle } from '../edge/fields.js';
import { JSON_TYPE } from '../edge/read.js';
import { Problem } from '../errors.js';
import type { Entered } from '../people/people.js';
import { PASSWORDS } from '../people/passwords.js';
import type { Shell } from '../shell.js';
import { nothing } from '../edge/fields.js';

export const email = z.email('An e-mail address').max(254);
/** One to set; one that is only compared may be of any length. */
export const newPassword = z
  .string()
  .min(PASSWORDS.charsMin, `At least ${PASSWORDS.charsMin} characters`)
  .max(PASSWORDS.charsMax);
export const password = z.string().max(PASSWORDS.charsMax);
const token = z.string().max(128);

const bodies = {
  signUp: z.strictObject({ handle, email, password: newPassword }),
  confirm: z.strictObject({ token, handle: handle.optional() }),
  signIn: z.strictObject({ email, password }),
  forgot: z.strictObject({ email }),
  reset: z.strictObject({ token, password: newPassword }),
};

/** Somebody is in: his cookie goes with the answer, and with nothing else. */
export function enter(shell: Shell, reply: FastifyReply, entered: Entered): FastifyReply {
  const { account, handle, token } = entered;
  return answer(reply.header('set-cookie', shell.guards.cookie.set(token)), 200, {
    account,
    handle,
  });
}

/** Of a browser, as it calls itself. */
export const agentOf = ({ headers }: FastifyRequest): string => headers['user-agent'] ?? '';

const answer = (reply: FastifyReply, status: number, body: object): FastifyReply =>
  reply.code(status).header('cache-control', 'no-store').type(JSON_TYPE).send(JSON.stringify(body));

const MAILED = { mailed: true, says: 'Look into your mailbox.' };

/** Coming in and going out. What is answered never tells whether an e-mail is known. */
export function auth(app: App, shell: Shell): void {
  const config = { rate: 'sign_in' } as const;
  const { people, guards } = shell;
  const begin = (reply: FastifyReply, email?: string): void => {
    if (shell.isDraining) throw new Problem('draining', { retryAfterMs: 1_000 });
    if (email !== undefined) guards.admitSignIn(reply, email);
  };

  const signUp = { config, schema: { body: bodies.signUp } };
  app.post('/v1/auth/sign-up', signUp, async ({ body }, reply) => {
    begin(reply, body.email);
    await people.signUp(body);
    return answer(reply, 202, MAILED);
  });

  const confirm = { config, schema: { body: bodies.confirm } };
  app.post('/v1/auth/confirm', confirm, async (request, reply) => {
    begin(reply);
    const { token, handle } = request.body;
    return enter(shell, reply, await people.confirm(token, handle, agentOf(request)));
  });

  const signIn = { config, schema: { body: bodies.signIn } };
  app.post('/v1/auth/sign-in', signIn, async (request, reply) => {
    const { email, password } = request.body;
    begin(reply, email);
    return enter(shell, reply, await people.signIn(email, password, agentOf(request)));
  });

  app.post('/v1/auth/sign-out', { schema: { body: nothing } }, async ({ identity }, reply) => {
    if (identity?.keyId !== undefined) await people.end(identity.by, identity.keyId);
    return answer(reply.header('set-cookie', guards.cookie.clear()), 200, { signed_out: true });
  });

  const forgot = { config, schema: { body: bodies.forgot } };
  app.post('/v1/auth/forgot', forgot, ({ body }, reply) => {
    begin(reply, body.email);
    people.forgot(body.email);
    return answer(reply, 202, MAILED);
  });

  const reset = { config, schema: { body: bodies.reset } };
  app.post('/v1/auth/reset', reset, async ({ body }, reply) => {
    begin(reply);
    await people.reset(body.token, body.password);
    return answer(reply, 200, { reset: true });
  });
}
