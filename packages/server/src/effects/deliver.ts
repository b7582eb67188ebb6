/**
 * Takes what was made for somebody to him, at least once and always under the same id. What was delivered is marked
 * before its job is done: whatever is cut off between the two goes again, and nothing that was marked does.
 */
import { Webhook } from 'standardwebhooks';
import type { Clock } from '../clock.js';
import type { Post } from '../people/mail.js';
import { asked, type ReadModel } from '../readmodel/read-model.js';
import type { JobQueues } from '../readmodel/job-queues.js';
import { DELIVERY, END_DELIVERY, LAST_ENDED_OF, TRY_DELIVERY } from '../readmodel/effect-tables.js';
import type { SqlRow } from '../readmodel/sql-store.js';
import type { Vault } from '../vault/vault.js';
import { type Channel, isOfHouse } from './kinds.js';
import { noticeLetter, readBody } from './notice-letter.js';
import { NotTaken, post } from './outside.js';

export interface Carrier {
  readonly tables: ReadModel;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly mail: Post;
  readonly site: () => string;
  readonly titleOf: (market: string) => string;
  readonly allowsInside: boolean;
  /** A webhook that failed so often in a row, each time for good, is turned off. */
  readonly failuresMax: number;
  /** Marks stand in the vault too: the database here may be lost. */
  readonly marksInVault: boolean;
  /** A webhook was turned off. */
  readonly onOff: (account: string, webhook: string, url: string) => Promise<void>;
}

interface Parcel {
  readonly id: string;
  readonly status: string;
  readonly body: string;
  readonly account: string;
  readonly channel: string;
  readonly receiver: string;
  readonly kind: string;
  readonly seq: number;
}

function parcelOf(id: string, channel: string, row: SqlRow): Parcel {
  const cells = row.map((cell) => cell ?? '');
  const [status = '', body = '', account = '', , receiver = '', kind = '', seq] = cells;
  return { id, channel, status, body, account, receiver, kind, seq: Number(seq) };
}

/** There is nobody any more to whom it could go. */
class Gone extends Error {}

export class Deliveries {
  readonly #carrier: Carrier;

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  /** Rejects where it is worth another attempt, or was the last one. */
  async deliver(queues: JobQueues, channel: Channel, id: string): Promise<void> {
    const { tables, vault } = this.#carrier;
    const [, rows = []] = await tables.write(asked(TRY_DELIVERY, id), asked(DELIVERY, id));
    const [row] = rows;
    if (!row) return;
    const parcel = parcelOf(id, channel, row);
    const { status } = parcel;
    if (status !== 'pending' && status !== 'again') return;
    if (status === 'pending' && vault.wishes.isDone(id)) return this.#end(parcel, 'delivered');
    try {
      await (channel === 'mail' ? this.#mail(parcel) : this.#call(parcel));
    } catch (error) {
      if (error instanceof Gone) return this.#end(parcel, 'dropped', error.message);
      const reason = reasonOf(error);
      if (!(await queues.isLast(channel, id))) await this.#say(parcel, status, reason);
      else await this.#giveUp(parcel, reason);
      throw new NotTaken(reason);
    }
    await this.#mark(parcel);
    await this.#end(parcel, 'delivered');
  }

  async #mail({ account, body }: Parcel): Promise<void> {
    const { vault, mail, site, titleOf } = this.#carrier;
    const to = vault.logins.emailOf(account);
    if (to === undefined) throw new Gone('there is no e-mail');
    const read = readBody(body);
    const { market = '' } = read.data;
    await mail(noticeLetter(read, { to, site: site(), title: titleOf(market) }));
  }

  async #call({ id, receiver, body }: Parcel): Promise<void> {
    const { vault, clock, allowsInside } = this.#carrier;
    const hook = vault.wishes.webhookBy(receiver);
    if (!hook) throw new Gone('the webhook is no more');
    if (vault.wishes.offSince(receiver) !== undefined) throw new Gone('the webhook is turned off');
    const at = new Date(clock.now());
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': `${Math.floor(at.getTime() / 1_000)}`,
      'webhook-signature': new Webhook(hook.secret).sign(id, at, body),
    };
    await post(hook.url, body, headers, { allowsInside });
  }

  async #giveUp(parcel: Parcel, reason: string): Promise<void> {
    await this.#mark(parcel);
    await this.#end(parcel, 'failed', reason);
    if (parcel.channel === 'webhook') await this.#count(parcel);
  }

  /** Turned off where everything of late failed for good. */
  async #count({ receiver, account }: Parcel): Promise<void> {
    const { tables, vault, clock, failuresMax, onOff } = this.#carrier;
    const [rows = []] = await tables.write(asked(LAST_ENDED_OF, receiver, failuresMax));
    const hook = vault.wishes.webhookBy(receiver);
    const isBroken = rows.length >= failuresMax && rows.every(([status]) => status === 'failed');
    if (!hook || !isBroken || vault.wishes.offSince(receiver) !== undefined) return;
    await vault.wishes.turnOff(receiver, clock.now());
    await onOff(account, receiver, hook.url);
  }

  async #mark({ id, account, kind, seq }: Parcel): Promise<void> {
    const { vault, marksInVault } = this.#carrier;
    // What is in no entry is below no mark.
    const at = isOfHouse(kind) ? Number.MAX_SAFE_INTEGER : seq;
    if (marksInVault && at > (vault.wishes.effectsTo ?? 0))
      await vault.wishes.markDone(id, account, at);
  }

  async #say({ id }: Parcel, status: string, reason: string): Promise<void> {
    await this.#carrier.tables.write(asked(END_DELIVERY, id, status, reason, 0));
  }

  async #end({ id }: Parcel, status: string, reason = ''): Promise<void> {
    const { tables, clock } = this.#carrier;
    await tables.write(asked(END_DELIVERY, id, status, reason, clock.now()));
  }
}

/** What a mail server answers may quote the address. */
function reasonOf(error: unknown): string {
  if (error instanceof NotTaken) return error.message;
  return error instanceof Error && 'code' in error ? String(error.code) : 'an error';
}
