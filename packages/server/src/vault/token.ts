/** Whoever can read the data directory is the system: the CLI shows the token it finds there. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';

export const TOKEN_FILE = 'node.token';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export class NodeToken {
  readonly #digest: Buffer;

  private constructor(token: string) {
    this.#digest = digest(token);
  }

  /** A new token at every start, readable by the owner of the directory alone. */
  static async make(dataDir: string): Promise<NodeToken> {
    const token = `fgs_${randomBytes(32).toString('base64url')}`;
    const aside = join(dataDir, `.${TOKEN_FILE}.new`);
    const file = await open(aside, 'w', 0o600);
    await file.chmod(0o600);
    await file.writeFile(`${token}\n`);
    await file.close();
    await rename(aside, join(dataDir, TOKEN_FILE));
    return new NodeToken(token);
  }

  /** Takes the same time for every wrong token. */
  matches(token: string): boolean {
    return timingSafeEqual(digest(token), this.#digest);
  }
}
