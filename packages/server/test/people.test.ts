/** People come in, stay, leave, and are forgotten. */
import { expect, test } from 'vitest';
import { buy, Watch } from './bench.js';
import { until } from './nodes.js';
import {
  cookieOf,
  emailOf,
  market,
  PASSWORD,
  SITE,
  signIn,
  town,
  type Town,
} from './people-bench.js';
import { Passwords } from '../src/people/passwords.js';

const opened = (at: Town): number => at.node.sequencer.world.accounts.size;

test('[U1] a sign-up opens nothing before its link is followed, and then once', async () => {
  const at = await town();
  const before = opened(at);
  const body = { handle: 'mia', email: 'Mia@Mail.example', password: PASSWORD };
  expect((await at.page('POST', '/v1/auth/sign-up', { body })).status).toBe(202);
  expect(opened(at)).toBe(before);
  expect((await signIn(at, 'mia')).json.error.code).toBe('sign_in_wrong');
  const [letter] = at.mail.letters;
  const token = letter?.text.match(/^http:\/\/fair\.example\/confirm#(.+)$/m)?.[1] ?? '';
  const follow = () => at.page('POST', '/v1/auth/confirm', { body: { token } });
  const first = await follow();
  expect(first.headers['set-cookie']).toMatch(
    /^fairground=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/,
  );
  const { account } = first.json;
  const me = await at.page('GET', '/v1/me', { cookie: cookieOf(first) });
  expect(me.json).toMatchObject({ account, handle: 'mia' });
  expect((await follow()).json.error.code).toBe('link_unknown');
  expect(opened(at)).toBe(before + 1);
  expect((await signIn(at, 'mia')).json.account).toBe(account);
  await at.node.close();
});

test('[U1] who finds his handle taken when he follows the link takes another', async () => {
  const at = await town();
  const body = (n: number) => ({ handle: 'mia', email: `m${n}@x.example`, password: PASSWORD });
  for (const n of [1, 2]) await at.page('POST', '/v1/auth/sign-up', { body: body(n) });
  const confirm = (n: number, more = {}) => {
    const token = at.mail.token(`m${n}@x.example`);
    return at.page('POST', '/v1/auth/confirm', { body: { token, ...more } });
  };
  expect((await confirm(1)).status).toBe(200);
  expect((await confirm(2)).json.error.code).toBe('handle_taken');
  expect((await confirm(2, { handle: 'mia2' })).status).toBe(200);
  // And two links to one mailbox make one account.
  for (const handle of ['a', 'b'])
    await at.page('POST', '/v1/auth/sign-up', {
      body: { handle, email: 'm3@x.example', password: PASSWORD },
    });
  const links = at.mail.letters.filter(({ to }) => to === 'm3@x.example');
  const said = [];
  for (const { text } of links) {
    const token = /#(.+)$/m.exec(text)?.[1];
    said.push((await at.page('POST', '/v1/auth/confirm', { body: { token } })).status);
  }
  expect(said).toEqual([200, 409]);
  expect(at.node.vault.userOf('b')).toBeUndefined();
  await at.node.close();
});

test('[U1] the cookie goes over https alone where the pages do', async () => {
  const env = { FAIRGROUND_ORIGINS: 'https://fair.example' };
  const at = await town({ env });
  const body = { handle: 'mia', email: 'm@x.example', password: PASSWORD };
  const headers = { origin: 'https://fair.example' };
  await at.call('POST', '/v1/auth/sign-up', { body, headers });
  const token = at.mail.token('m@x.example');
  const said = await at.call('POST', '/v1/auth/confirm', { body: { token }, headers });
  expect(said.headers['set-cookie']).toMatch(/^__Host-fairground=.*; Secure; Max-Age/);
  await at.node.close();
});

test('[U2] nobody but the mailbox is told whether an e-mail is known', async () => {
  const at = await town();
  await at.join('mia');
  const seen = at.mail.letters.length;
  const strip = ({ status, text, headers }: Awaited<ReturnType<Town['page']>>) => {
    const { date: _date, 'fairground-seq': _seq, ...rest } = headers;
    return { status, text: text.replace(/req_[\w-]+/, ''), rest };
  };
  const ask = async (email: string) => {
    const wish = { handle: 'new', email, password: PASSWORD };
    return [
      strip(await at.page('POST', '/v1/auth/sign-up', { body: wish })),
      strip(await at.page('POST', '/v1/auth/forgot', { body: { email } })),
      strip(
        await at.page('POST', '/v1/auth/sign-in', { body: { email, password: 'wrong wrong' } }),
      ),
    ];
  };
  expect(await ask('nobody@mail.example')).toEqual(await ask(emailOf('mia')));
  await until(() => at.mail.letters.length === seen + 3);
  const told = at.mail.letters.slice(seen).map(({ to, subject }) => `${to}: ${subject}`);
  expect(told.sort()).toEqual([
    'mia@mail.example: Set a new Fairground password',
    'mia@mail.example: You have a Fairground account already',
    'nobody@mail.example: Open your Fairground account',
  ]);
  // And what a sign-up beside a known e-mail left behind lets nobody in with its password.
  const wrong = { email: emailOf('mia'), password: 'another password' };
  const wish = { handle: 'thief', ...wrong };
  await at.page('POST', '/v1/auth/sign-up', { body: wish });
  expect((await at.page('POST', '/v1/auth/sign-in', { body: wrong })).status).toBe(401);
  await at.node.close();
});

test('[U2] an unknown e-mail costs the same work as a known one', async () => {
  const passwords = new Passwords({ atOnce: 1, log2N: 13 });
  const kept = await passwords.hash(PASSWORD);
  const time = async (hash: string | undefined): Promise<number> => {
    const start = performance.now();
    for (let n = 0; n < 5; n++) expect(await passwords.isRight('wrong', hash)).toBe(false);
    return performance.now() - start;
  };
  const [known, unknown] = [await time(kept), await time(undefined)];
  expect(unknown / known).toBeGreaterThan(0.3);
  expect(known / unknown).toBeGreaterThan(0.3);
});

test('[U4] a link sets a new password once, and ends every session and every older link', async () => {
  const at = await town();
  const cookie = await at.join('mia');
  const forgot = async () => {
    const seen = at.mail.letters.length;
    await at.page('POST', '/v1/auth/forgot', { body: { email: emailOf('mia') } });
    await until(() => at.mail.letters.length > seen);
    return at.mail.token(emailOf('mia'));
  };
  const [older, token] = [await forgot(), await forgot()];
  const reset = (link: string, password = 'another password') =>
    at.page('POST', '/v1/auth/reset', { body: { token: link, password } });
  expect((await reset(token, 'short')).status).toBe(400);
  const both = await Promise.all([reset(token), reset(token)]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
  for (const link of [token, older, 'nothing'])
    expect((await reset(link)).json.error.code).toBe('link_unknown');
  expect((await at.page('GET', '/v1/me', { cookie })).json.error.code).toBe('session_unknown');
  expect((await signIn(at, 'mia')).status).toBe(401);
  expect((await signIn(at, 'mia', 'another password')).status).toBe(200);
  await at.node.close();
});

test('[U4] who changes his password stays in, and nobody else of his sessions', async () => {
  const at = await town();
  const first = await at.join('mia');
  const second = cookieOf(await signIn(at, 'mia'));
  const body = { current: PASSWORD, password: 'another password' };
  const wrong = { ...body, current: 'something else' };
  expect((await at.page('POST', '/v1/me/password', { cookie: second, body: wrong })).status).toBe(
    401,
  );
  const third = cookieOf(await at.page('POST', '/v1/me/password', { cookie: second, body }));
  const status = async (cookie: string) => (await at.page('GET', '/v1/me', { cookie })).status;
  expect([await status(first), await status(second), await status(third)]).toEqual([401, 401, 200]);
  // A key changes no password.
  const wish = { name: 'bot', scopes: ['read', 'trade'] };
  const { key } = (await at.page('POST', '/v1/me/keys', { cookie: third, body: wish })).json;
  expect((await at.call('POST', '/v1/me/password', { key, body })).json.error.code).toBe(
    'scope_missing',
  );
  await at.node.close();
});

test('[U5] a cookie acts from our pages alone, on sockets too', async () => {
  const at = await town();
  await market(at);
  const cookie = await at.join('mia');
  const body = buy('M1', '10');
  const order = (headers: Record<string, string>) =>
    at.call('POST', '/v1/orders', { body, headers: { cookie, ...headers } });
  expect((await order({})).json.error.code).toBe('origin_refused');
  expect((await order({ origin: 'http://evil.example' })).json.error.code).toBe('origin_refused');
  expect((await order({ origin: SITE })).status).toBe(201);
  for (const headers of [{ cookie }, { cookie, origin: 'http://evil.example' }]) {
    const refused = new Watch(at.node.url, { headers });
    const status = await new Promise((resolve) =>
      refused.socket.on('unexpected-response', (_request, response) =>
        resolve(response.statusCode),
      ),
    );
    expect(status).toBe(403);
  }
  const watch = new Watch(at.node.url, { headers: { cookie, origin: SITE } });
  await new Promise((resolve) => watch.socket.on('open', resolve));
  watch.socket.send(JSON.stringify({ cmd: 'subscribe', topics: ['me'] }));
  await until(() => watch.raw.some((line) => line.includes('"subscribed"')));
  const out = await at.page('POST', '/v1/auth/sign-out', { cookie, body: {} });
  expect(out.headers['set-cookie']).toMatch(/^fairground=; .*Max-Age=0$/);
  await until(() => watch.closed?.code === 4401);
  expect((await at.page('GET', '/v1/me', { cookie })).json.error.code).toBe('session_unknown');
  // Whoever was signed in once may look, and come in again.
  expect((await at.page('GET', '/v1/markets', { cookie })).status).toBe(200);
  await at.node.close();
});

test('[U6] sessions are listed and ended by their owner alone', async () => {
  const at = await town();
  const headers = { 'user-agent': 'Fire\u00e9fox 1' };
  const cookies = [await at.join('mia')];
  for (let n = 0; n < 2; n++) {
    const body = { email: emailOf('mia'), password: PASSWORD };
    cookies.push(cookieOf(await at.page('POST', '/v1/auth/sign-in', { body, headers })));
  }
  const zoe = await at.join('zoe');
  const [first, second, third] = cookies;
  const list = (cookie = first) => at.page('GET', '/v1/me/sessions', { cookie });
  const { items } = (await list()).json;
  expect(items.map(({ is_this }) => is_this)).toEqual([true, false, false]);
  expect(items[1]?.agent).toBe('Firefox 1');
  expect(JSON.stringify(items)).not.toContain(second?.split('=')[1]);
  const end = (cookie: string | undefined, id = '') =>
    at.page('DELETE', `/v1/me/sessions/${id}`, { cookie });
  expect((await end(zoe, items[1]?.id)).json.error.code).toBe('session_id_unknown');
  expect((await end(first, items[1]?.id)).status).toBe(200);
  expect((await list(second)).status).toBe(401);
  expect((await at.page('DELETE', '/v1/me/sessions', { cookie: first })).text).toBe('{"ended":1}');
  expect([(await list(third)).status, (await list()).status]).toEqual([401, 200]);
  await at.node.close();
  // And they are still what they were after a new start.
  const again = await town({ dir: at.dir });
  const status = async (cookie: string | undefined) =>
    (await again.page('GET', '/v1/me', { cookie })).status;
  expect([await status(first), await status(second), await status(zoe)]).toEqual([200, 401, 200]);
  await again.node.close();
});
