/**
 * Mail goes by a server when one is configured, else into files or to the terminal of whoever develops. Nobody waits
 * for it: how long it takes would tell who has an account.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.js';
import type { Letter } from './letters.js';

/** Delivers one letter, or rejects. */
export type Post = (letter: Letter) => Promise<void>;

export const MAIL = {
  /** Letters on their way; what comes beyond is dropped, and said. */
  waitingMax: 500,
  attemptsMax: 3,
  pauseMs: 500,
} as const;

/** How this node delivers. The library that speaks SMTP is loaded only where a server is named. */
export async function postOf(
  { mail, dataDir }: Config,
  now: () => number,
  print: ((text: string) => void) | undefined,
): Promise<Post> {
  if (mail.smtp !== undefined) return bySmtp(mail.smtp, mail.from);
  // Where nobody looks at a terminal they would be lost.
  if (mail.to === 'console' && print) return toTerminal(print);
  return toFiles(join(dataDir, 'outbox'), mail.from, now);
}

async function bySmtp(url: string, from: string): Promise<Post> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport(url);
  return async (letter) => void (await transport.sendMail({ from, ...letter }));
}

const toTerminal =
  (print: (text: string) => void): Post =>
  async ({ to, subject, text }) =>
    print(`To: ${to}\nSubject: ${subject}\n\n${text}`);

/** One file for each, readable by the owner of the directory alone. */
function toFiles(dir: string, from: string, now: () => number): Post {
  return async ({ to, subject, text }) => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const name = `${now()}-${randomBytes(4).toString('hex')}.eml`;
    const head = `From: ${from}\nTo: ${to}\nSubject: ${subject}\n`;
    await writeFile(join(dir, name), `${head}\n${text}`, { mode: 0o600 });
  };
}

/** One letter after the other, each tried again a few times; what fails is said without its text or address. */
export class Mailer {
  readonly #post: Post;
  readonly #onAlarm: (reason: string) => void;
  readonly #waiting: Letter[] = [];
  #working: Promise<void> | undefined;

  constructor(post: Post, onAlarm: (reason: string) => void) {
    this.#post = post;
    this.#onAlarm = onAlarm;
  }

  send(letter: Letter): void {
    if (this.#waiting.length >= MAIL.waitingMax) {
      this.#onAlarm(`${MAIL.waitingMax} letters wait to be mailed: one was dropped.`);
      return;
    }
    this.#waiting.push(letter);
    this.#working ??= this.#work();
  }

  /** Resolves when nothing is on its way. */
  async idle(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    for (let letter = this.#waiting.shift(); letter; letter = this.#waiting.shift())
      await this.#deliver(letter);
    this.#working = undefined;
  }

  async #deliver(letter: Letter): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#post(letter);
      } catch (error) {
        if (attempt < MAIL.attemptsMax) {
          await sleep(MAIL.pauseMs * attempt);
          continue;
        }
        // What a mail server answers may quote the address.
        const what = error instanceof Error && 'code' in error ? String(error.code) : 'an error';
        this.#onAlarm(`A letter could not be mailed: ${what}.`);
        return;
      }
    }
  }
}
