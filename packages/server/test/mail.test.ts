/** Letters over a real line to a mail server. */
import { afterEach, expect, test } from 'vitest';
import { mailServer, type MailServer } from './mail-server.js';
import { until } from './nodes.js';
import { emailOf, PASSWORD, town, type Town } from './people-bench.js';

let server: MailServer;
let at: Town;
afterEach(async () => {
  await at.node.close();
  await server.end();
});

/** A town whose letters go where the environment says. */
async function townBySmtp(alarms: string[] = []): Promise<void> {
  server = await mailServer();
  at = await town({
    env: { FAIRGROUND_SMTP: server.url, FAIRGROUND_MAIL_FROM: 'fair@fair.example' },
    post: undefined,
    onAlarm: (reason) => alarms.push(reason),
  });
}

const signUp = (handle: string): Promise<unknown> =>
  at.page('POST', '/v1/auth/sign-up', {
    body: { handle, email: emailOf(handle), password: PASSWORD },
  });

test('[U11] a letter goes by the mail server that is named, and its link works', async () => {
  await townBySmtp();
  // The first try is refused, and nobody hears of that.
  server.refuse(1);
  await signUp('eva');
  await until(() => server.letters.length === 1);
  const [letter] = server.letters;
  expect([letter?.from, letter?.to]).toEqual(['fair@fair.example', emailOf('eva')]);
  const token = /#([A-Za-z0-9_-]+)/.exec(letter?.text ?? '')?.[1];
  const entered = await at.page('POST', '/v1/auth/confirm', { body: { token } });
  expect([entered.status, entered.json.handle]).toEqual([200, 'eva']);
});

test('[U11] a mail server that takes nothing is told of, without the address it quotes', async () => {
  const alarms: string[] = [];
  await townBySmtp(alarms);
  server.refuse(1_000);
  await signUp('eva');
  await until(() => alarms.length > 0);
  expect(alarms).toEqual(['A letter could not be mailed: EENVELOPE.']);
  expect(server.letters).toEqual([]);
});
