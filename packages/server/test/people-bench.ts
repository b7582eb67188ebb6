/** People with passwords on a node: their mailbox, and hands that hold a cookie. */
import type { Letter } from '../src/people/letters.js';
import { type Ask, openMarket, type Reply, type Stage, stage, type StageOptions } from './bench.js';

export const SITE = 'http://fair.example';
export const PASSWORD = 'correct horse battery';

export interface Mailbox {
  readonly letters: Letter[];
  /** The secret of the newest link to somebody. */
  token(to: string): string;
}

export function mailbox(): Mailbox {
  const letters: Letter[] = [];
  return {
    letters,
    token(to) {
      const newest = [...letters]
        .reverse()
        .find((letter) => letter.to === to && letter.text.includes('#'));
      return newest?.text.match(/#([A-Za-z0-9_-]+)/)?.[1] ?? '';
    },
  };
}

export interface Town extends Stage {
  readonly mail: Mailbox;
  /** A page of ours. */
  page(method: string, path: string, ask?: Ask & { cookie?: string | undefined }): Promise<Reply>;
  /** Signs up, follows the link, and holds the cookie. */
  join(handle: string): Promise<string>;
}

export async function town({ env, ...options }: StageOptions = {}): Promise<Town> {
  const mail = mailbox();
  const at = await stage({
    post: async (letter) => void mail.letters.push(letter),
    passwords: { log2N: 10 },
    ...options,
    env: { FAIRGROUND_ORIGINS: SITE, FAIRGROUND_RATE_SIGN_IN: '0', ...env },
  });
  return townOf(at, mail);
}

export function townOf(at: Stage, mail: Mailbox): Town {
  const page: Town['page'] = (method, path, { cookie, headers, ...ask } = {}) =>
    at.call(method, path, {
      ...ask,
      headers: { origin: SITE, ...(cookie !== undefined && { cookie }), ...headers },
    });
  const join = async (handle: string): Promise<string> => {
    const body = { handle, email: emailOf(handle), password: PASSWORD };
    const asked = await page('POST', '/v1/auth/sign-up', { body });
    if (asked.status !== 202) throw new Error(asked.text);
    const token = mail.token(emailOf(handle));
    return cookieOf(await page('POST', '/v1/auth/confirm', { body: { token } }));
  };
  return { ...at, mail, page, join };
}

export const emailOf = (handle: string): string => `${handle}@mail.example`;

export function cookieOf({ status, headers, text }: Reply): string {
  if (status !== 200) throw new Error(`${status} ${text}`);
  return String(headers['set-cookie']).split(';')[0] ?? '';
}

export const signIn = (at: Town, handle: string, password = PASSWORD): Promise<Reply> =>
  at.page('POST', '/v1/auth/sign-in', { body: { email: emailOf(handle), password } });

/** A treasury and an admin who opens markets. */
export async function market(at: Town): Promise<void> {
  const ana = await at.node.signUp({ handle: 'boss', admin: true });
  const grant = { to: 'treasury', amount: '50000', reason: 'a start' };
  await at.must('POST', '/v1/admin/grants', { key: at.token, body: grant });
  await openMarket({ ...at, ana }, 'M1');
}
