/** What is counted, kept and forgotten of people. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buy, Watch } from './bench.js';
import { until } from './nodes.js';
import { cookieOf, emailOf, market, PASSWORD, SITE, signIn, town } from './people-bench.js';
import { Passwords, PASSWORDS } from '../src/people/passwords.js';
import { Mailer } from '../src/people/mail.js';
import { Problem } from '../src/errors.js';

test('[U8] sign-ins are counted by address and by account, and letters by mailbox', async () => {
  const env = { FAIRGROUND_RATE_SIGN_IN: '6', FAIRGROUND_TRUSTED_PROXIES: '127.0.0.1' };
  const at = await town({ env });
  const from = (ip: string, email: string) =>
    at.page('POST', '/v1/auth/sign-in', {
      body: { email, password: 'wrong wrong' },
      headers: { 'x-forwarded-for': ip },
    });
  const codes = [];
  for (let n = 0; n < 7; n++) codes.push((await from('1.1.1.1', `m${n}@x.example`)).status);
  expect(codes).toEqual([...Array(6).fill(401), 429]);
  codes.length = 0;
  for (let n = 0; n < 7; n++) codes.push((await from(`2.2.2.${n}`, 'one@x.example')).status);
  expect(codes).toEqual([...Array(6).fill(401), 429]);
  await at.node.close();
  const free = await town();
  await free.join('mia');
  for (let n = 0; n < 9; n++)
    await free.page('POST', '/v1/auth/forgot', { body: { email: emailOf('mia') } });
  await free.node.close();
  expect(free.mail.letters).toHaveLength(5);
});

test('[U9] whoever leaves is forgotten, in the file too; his positions stay under an id', async () => {
  const at = await town();
  await market(at);
  const cookie = await at.join('mia');
  await at.join('zoe');
  const key = { name: 'bot', scopes: ['read', 'trade'] };
  const made = (await at.page('POST', '/v1/me/keys', { cookie, body: key })).json;
  await at.page('POST', '/v1/orders', { cookie, body: buy('M1', '10') });
  await at.page('POST', '/v1/auth/forgot', { body: { email: emailOf('mia') } });
  const { account } = (await at.page('GET', '/v1/me', { cookie })).json;
  const watch = new Watch(at.node.url, { headers: { cookie, origin: SITE } });
  await new Promise((resolve) => watch.socket.on('open', resolve));
  const leave = (body: object) => at.page('DELETE', '/v1/me', { cookie, body });
  expect((await leave({ handle: 'zoe', password: PASSWORD })).status).toBe(400);
  expect((await leave({ handle: 'mia' })).json.error.code).toBe('sign_in_wrong');
  const gone = await leave({ handle: 'mia', password: PASSWORD });
  expect(gone.json).toMatchObject({ erased: account });
  await until(() => watch.closed?.code === 4401);
  for (const ask of [{ cookie }, { key: made.key }])
    expect((await at.page('GET', '/v1/me', ask)).status).toBe(401);
  expect((await signIn(at, 'mia')).json.error.code).toBe('sign_in_wrong');
  const file = await readFile(join(at.dir, 'vault.ndjson'), 'utf8');
  for (const word of ['"mia"', 'mia@mail', made.id]) expect(file).not.toContain(word);
  expect(file.split('\n').filter((line) => line.includes(account))).toHaveLength(1);
  expect(file).toContain('zoe@mail.example');
  const world = at.node.sequencer.world;
  expect(world.accounts.get(account)?.markets).toEqual(['M1']);
  // The handle and the e-mail are free again, for somebody else.
  await at.join('mia');
  expect(
    (await at.page('GET', '/v1/me', { cookie: cookieOf(await signIn(at, 'mia')) })).json.account,
  ).not.toBe(account);
  await at.node.close();
});

test('[U10] an admin is one on the pages as long as the engine says so', async () => {
  const at = await town();
  const cookie = await at.join('mia');
  const { account } = (await at.page('GET', '/v1/me', { cookie })).json;
  const freeze = () =>
    at.page('POST', '/v1/admin/limits', { cookie, body: { limits: { treasury_floor: '1' } } });
  const role = (act: string) =>
    at.must('POST', '/v1/admin/roles', { key: at.token, body: { account, role: 'admin', act } });
  expect((await freeze()).json.error.code).toBe('scope_missing');
  await role('grant');
  expect((await freeze()).status).toBe(200);
  expect((await at.call('GET', '/v1/admin/users/MIA', { key: at.token })).json).toMatchObject({
    account,
    handle: 'mia',
    roles: ['admin'],
  });
  await role('revoke');
  expect((await freeze()).json.error.code).toBe('scope_missing');
  expect((await at.page('GET', '/v1/admin/users/mia', { cookie })).status).toBe(403);
  const erase = () => at.call('DELETE', '/v1/admin/users/mia', { key: at.token });
  expect((await erase()).status).toBe(200);
  expect((await erase()).json.error.code).toBe('account_unknown');
  expect((await at.page('GET', '/v1/me', { cookie })).status).toBe(401);
  await at.node.close();
});

describe('[U11] letters', () => {
  test('lie in the data directory where no mail server is named, for its owner alone', async () => {
    const at = await town({ post: undefined as never });
    const body = { handle: 'mia', email: 'm@x.example', password: PASSWORD };
    await at.page('POST', '/v1/auth/sign-up', { body });
    await at.node.close();
    const dir = join(at.dir, 'outbox');
    const [name = ''] = await readdir(dir);
    expect(await readFile(join(dir, name), 'utf8')).toMatch(
      /^From: .*\nTo: m@x\.example\nSubject: /,
    );
    expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600);
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
  });

  test('that cannot be delivered are tried again and told of, without a word of what they say', async () => {
    const alarms: string[] = [];
    let tries = 0;
    const failing = async () => {
      tries++;
      throw Object.assign(new Error('no such box: m@x.example'), { code: 'EENVELOPE' });
    };
    const mailer = new Mailer(failing, (reason) => alarms.push(reason));
    mailer.send({ to: 'm@x.example', subject: 's', text: 'the secret' });
    await mailer.idle();
    expect(tries).toBe(3);
    expect(alarms).toEqual(['A letter could not be mailed: EENVELOPE.']);
  });
});

test('[U7] passwords wait for each other, and too many are sent away', async () => {
  const passwords = new Passwords({ atOnce: 2, log2N: 12 });
  const many = Array.from({ length: 50 }, () => passwords.hash(PASSWORD));
  const said = await Promise.allSettled(many);
  const refused = said.filter((one) => one.status === 'rejected').map(({ reason }) => reason.code);
  expect(refused).toEqual(Array(50 - 2 - PASSWORDS.waitingMax).fill('busy'));
  expect(await passwords.isRight(PASSWORD, await passwords.hash(PASSWORD))).toBe(true);
  await expect(passwords.hash('x')).resolves.toMatch(/^scrypt\$12\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  expect(new Problem('busy').status).toBe(503);
});

test('[U12] what is over goes out of the file, and what still counts stays', async () => {
  const at = await town();
  const cookie = await at.join('mia');
  await at.page('POST', '/v1/auth/sign-up', {
    body: { handle: 'never', email: 'never@x.example', password: PASSWORD },
  });
  const lines = async () => (await readFile(join(at.dir, 'vault.ndjson'), 'utf8')).split('\n');
  const now = at.node.clock.now();
  expect(await at.node.vault.sweep(now)).toBe(false);
  expect((await lines()).some((line) => line.includes('never@'))).toBe(true);
  expect(await at.node.vault.sweep(now + 2 * 86_400_000)).toBe(true);
  expect((await lines()).some((line) => line.includes('never@'))).toBe(false);
  expect((await at.page('GET', '/v1/me', { cookie })).status).toBe(200);
  // A use is told at once, and kept to the day.
  const before = (await lines()).length;
  await at.node.vault.keepUsed(now);
  await at.node.vault.keepUsed(now);
  expect(await lines()).toHaveLength(before + 1);
  expect(await at.node.vault.sweep(now + 31 * 86_400_000)).toBe(true);
  expect((await at.page('GET', '/v1/me', { cookie })).status).toBe(401);
  await at.node.close();
  const again = await town({ dir: at.dir });
  expect((await signIn(again, 'mia')).status).toBe(200);
  await again.node.close();
});
