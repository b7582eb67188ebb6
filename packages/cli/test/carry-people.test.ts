/** People who sign in: what the vault knows of them is carried like the rest. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { hasPostgres, Server as Postgres } from '../../../scripts/postgres.js';
import { cleanUp, folder, good, serve, type Server, stop } from './cli.js';

afterAll(cleanUp);

const PASSWORD = 'a word that nobody guesses';
const emailOf = (name: string): string => `${name}@mail.example`;

interface Said {
  readonly status: number;
  readonly cookie: string;
  readonly account?: string;
}

async function ask(at: Server, path: string, body?: object, cookie = ''): Promise<Said> {
  const reply = await fetch(`${at.url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { cookie, origin: at.url, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const said = (await reply.json()) as { account?: string };
  const set = reply.headers.get('set-cookie') ?? '';
  return { status: reply.status, cookie: set.split(';')[0] ?? '', ...said };
}

const signUp = (at: Server, name: string): Promise<Said> =>
  ask(at, '/v1/auth/sign-up', { handle: name, email: emailOf(name), password: PASSWORD });
const signIn = (at: Server, name: string, password = PASSWORD): Promise<Said> =>
  ask(at, '/v1/auth/sign-in', { email: emailOf(name), password });

/** Of the letter that lies in the outbox for him. */
async function tokenFor(at: Server, name: string): Promise<string> {
  const dir = join(at.data, 'outbox');
  for (;;) {
    const letters = readdirSync(dir).map((file) => readFileSync(join(dir, file), 'utf8'));
    const token = letters
      .filter((letter) => letter.includes(emailOf(name)))
      .map((letter) => /confirm#(\S+)/.exec(letter)?.[1])
      .find((found) => found !== undefined);
    if (token !== undefined) return token;
    await new Promise((wait) => setTimeout(wait, 50));
  }
}

const confirm = async (at: Server, token: string): Promise<Said> =>
  ask(at, '/v1/auth/confirm', { token });

test.runIf(hasPostgres())(
  '[C61] from a directory into PostgreSQL and back people sign in, stay signed in, and stay signed out',
  async () => {
    const postgres = await Postgres.start();
    try {
      const env = { DATABASE_URL: postgres.url(await postgres.database()) };
      const scratch = folder();
      const carry = async (from: string[], to: string[], name: string): Promise<void> => {
        const files = [join(scratch, `${name}.ndjson`), '--vault', join(scratch, `${name}.vault`)];
        await good(['export', ...files, ...from], env);
        await good(['import', ...files, ...to], env);
      };
      const origin = await serve();
      await signUp(origin, 'mia');
      const mia = await confirm(origin, await tokenFor(origin, 'mia'));
      expect(mia.status).toBe(200);
      await signUp(origin, 'zoe');
      const link = await tokenFor(origin, 'zoe');
      const left = await signIn(origin, 'mia');
      await ask(origin, '/v1/auth/sign-out', {}, left.cookie);
      await stop(origin);
      await carry(['--data', origin.data], [], 'there');

      const node = await serve(join(folder(), 'data'), env);
      expect((await signIn(node, 'mia')).account).toBe(mia.account);
      expect((await signIn(node, 'mia', 'another word altogether')).status).toBe(401);
      expect((await ask(node, '/v1/me', undefined, mia.cookie)).status).toBe(200);
      expect((await ask(node, '/v1/me', undefined, left.cookie)).status).toBe(401);
      // A link that was mailed before the journey is followed after it.
      const zoe = await confirm(node, link);
      expect(zoe.status).toBe(200);
      await stop(node);
      const data = join(folder(), 'back');
      await carry([], ['--data', data], 'back');

      const back = await serve(data);
      for (const [name, { account }] of [
        ['mia', mia],
        ['zoe', zoe],
      ] as const)
        expect((await signIn(back, name)).account).toBe(account);
      expect((await ask(back, '/v1/me', undefined, zoe.cookie)).status).toBe(200);
      expect((await ask(back, '/v1/me', undefined, left.cookie)).status).toBe(401);
      expect((await confirm(back, link)).status).toBe(404);
      await stop(back);
    } finally {
      await postgres.end();
    }
  },
  120_000,
);
