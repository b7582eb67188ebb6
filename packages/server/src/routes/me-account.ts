import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { JSON_TYPE } from '../edge/read.js';
import { accountOf, askerOf } from '../edge/who.js';
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';
import { agentOf, enter, newPassword, password } from './auth.js';

const change = z.strictObject({ current: password, password: newPassword });
const erase = z.strictObject({ handle: z.string().max(64), password: password.optional() });

const SAYS =
  'Handle, e-mail, texts, keys and sessions are gone. The journal keeps a random id, and open positions stay under it.';

/** A new password, and the end of it all. Both want the password once more, whoever sits there. */
export function meAccount(app: App, shell: Shell): void {
  const { people, guards, vault } = shell;
  const config = { rate: 'sign_in', scope: 'trade' } as const;

  const changing = { config, schema: { body: change } };
  app.post('/v1/me/password', changing, async (request, reply) => {
    const account = accountOf(request);
    if (!isSession(askerOf(request).keyId)) {
      throw new Problem('scope_missing', {
        details: [{ message: 'A key changes no password: sign in.' }],
      });
    }
    guards.admitSignIn(reply, vault.logins.emailOf(account) ?? account);
    const { current, password } = request.body;
    return enter(shell, reply, await people.change(account, current, password, agentOf(request)));
  });

  const erasing = { config, schema: { body: erase } };
  app.delete('/v1/me', erasing, async (request, reply) => {
    const account = accountOf(request);
    guards.admitSignIn(reply, vault.logins.emailOf(account) ?? account);
    await people.erase(account, request.body.handle, request.body.password);
    return reply
      .header('set-cookie', guards.cookie.clear())
      .type(JSON_TYPE)
      .send(JSON.stringify({ erased: account, says: SAYS }));
  });
}

const isSession = (id: string | undefined): boolean => id?.startsWith('ses_') === true;
