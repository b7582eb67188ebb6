/** A notice as a letter: one sentence, and where to read on. */
import { z } from 'zod';
import type { Letter } from '../people/letters.js';
import type { NoticeKind } from './kinds.js';

const Body = z.looseObject({
  type: z.string(),
  data: z.looseObject({
    market: z.string().optional(),
    amount: z.string().optional(),
    price: z.string().optional(),
    units: z.int().optional(),
    outcome: z.string().optional(),
    url: z.string().optional(),
    open: z.int().optional(),
  }),
});
export type NoticeBody = z.infer<typeof Body>;

export const readBody = (text: string): NoticeBody => Body.parse(JSON.parse(text));

interface Facts {
  readonly title: string;
  readonly amount: string;
  readonly price: string;
  readonly outcome: string;
  readonly url: string;
  readonly open: number;
}

const SUBJECTS: Readonly<Record<NoticeKind, (facts: Facts) => string>> = {
  paid: ({ title, amount }) => `${title}: you were paid ${amount} Points`,
  lost: ({ title }) => `${title} has ended: your shares are worth nothing`,
  refunded: ({ title, amount }) => `${title} was cancelled: you got ${amount} Points back`,
  rally_tier: ({ title, price }) => `${title}: the price has fallen to ${price} Points`,
  rally_ended: ({ title, price }) => `${title} has ended at ${price} Points`,
  granted: ({ amount }) => `You were granted ${amount} Points`,
  price_alert: ({ title, outcome, price }) =>
    `${title}${outcome === '' ? '' : `, ${outcome}`}: the price is ${price}`,
  market_unresolved: ({ title }) => `${title} is closed since a day and waits for its result`,
  webhook_disabled: ({ url }) => `Your webhook ${url} failed too often and was turned off`,
  dead_letters: ({ open }) => `Dead letters grow: ${open} are open`,
};

const isKind = (kind: string): kind is NoticeKind => kind in SUBJECTS;

export function noticeLetter(
  body: NoticeBody,
  { to, site, title }: { readonly to: string; readonly site: string; readonly title: string },
): Letter {
  const { type, data } = body;
  const { amount = '', price = '', outcome = '', url = '', open = 0 } = data;
  const facts = { title, amount, price, outcome, url, open };
  const subject = isKind(type) ? SUBJECTS[type](facts) : type;
  const way = data.market === undefined ? `${site}/notifications` : `${site}/m/${data.market}`;
  const text = `${subject}.\n\n${way}\n\nWhich of these are mailed to you stands in your settings: ${site}/settings\n`;
  // What people wrote in a title is one line here.
  return { to, subject: subject.replaceAll(/\s+/g, ' ').slice(0, 200), text };
}
