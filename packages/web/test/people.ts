/** People at the fair: they sign up as everybody does, by the letter in the node's outbox. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { until } from './until.js';

export const PASSWORD = 'a long enough secret';
export const emailOf = (handle: string): string => `${handle}@mail.example`;

export interface Person {
  readonly handle: string;
  readonly account: string;
  /** `name=value` of his session. */
  readonly cookie: string;
}

/** The secret behind the `#` of the newest letter to an address. */
export async function tokenFor(dataDir: string, email: string): Promise<string> {
  const outbox = join(dataDir, 'outbox');
  return until(() => {
    const letters = namesIn(outbox).sort().reverse();
    for (const name of letters) {
      const text = readFileSync(join(outbox, name), 'utf8');
      if (!text.includes(`To: ${email}`)) continue;
      const token = /\/(?:confirm|reset)#(\S+)/.exec(text)?.[1];
      if (token !== undefined) return token;
    }
    return undefined;
  });
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

/** Opens an account over HTTP: sign-up, the letter, the confirmation. */
export async function signUp(url: string, dataDir: string, handle: string): Promise<Person> {
  const ask = (path: string, body: object): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: url },
      body: JSON.stringify(body),
    });
  const email = emailOf(handle);
  const asked = await ask('/v1/auth/sign-up', { handle, email, password: PASSWORD });
  if (!asked.ok) throw new Error(`sign-up answered ${asked.status}: ${await asked.text()}`);
  const token = await tokenFor(dataDir, email);
  const confirmed = await ask('/v1/auth/confirm', { token });
  if (!confirmed.ok) throw new Error(`confirm answered ${confirmed.status}`);
  const { account } = (await confirmed.json()) as { account: string };
  const [cookie = ''] = (confirmed.headers.get('set-cookie') ?? '').split(';');
  return { handle, account, cookie };
}

/** Lets a browser be somebody, as if he had signed in there: his cookie, and the page's word of whose it is. */
export async function actAs(
  context: BrowserContext,
  url: string,
  { handle, account, cookie }: Person,
): Promise<void> {
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url }]);
  await context.addInitScript(
    (text) => localStorage.setItem('fairground.session', text),
    JSON.stringify({ account, handle }),
  );
}

/** Signs in on the page itself. */
export async function signInOn(page: Page, handle: string): Promise<void> {
  await page.goto(new URL('/sign-in', page.url()).href);
  await page.getByLabel('E-mail').fill(emailOf(handle));
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
}

/** A key of his own, made as he would on the settings page. */
export async function keyOf(
  url: string,
  { cookie }: Person,
  scopes: readonly ('read' | 'trade' | 'admin' | 'ingest')[],
): Promise<string> {
  const answer = await fetch(`${url}/v1/me/keys`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Cookie: cookie, Origin: url },
    body: JSON.stringify({ name: 'a bot of mine', scopes }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`a key: ${answer.status} ${text}`);
  return (JSON.parse(text) as { key: string }).key;
}
