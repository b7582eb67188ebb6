/** A bot that believes prices overshoot: it buys what has moved too far from where it opened, until it has not. */
import { createClient, FairgroundError, type Market, points } from '@fairground/client';

const { FAIRGROUND_URL: url = 'http://127.0.0.1:4000', FAIRGROUND_KEY: key } = process.env;
const STAKE = points('5');
/** It wants a share at least so much cheaper than it is worth. */
const MARGIN = points('0.02');
const fg = createClient({ url, key });
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

/** What it would buy, and what that is worth to it: half way back to the price at which the market opened. */
function opinion({ outcomes: [yes, no], openingPrice }: Market) {
  if (!yes || !no || openingPrice === undefined) return undefined;
  const worth = (yes.price + openingPrice) / 2n;
  return yes.price < worth
    ? { outcome: yes.outcome, worth }
    : { outcome: no.outcome, worth: points('1') - worth };
}

/** One look, and perhaps one trade. True where another look is worth it. */
async function trade(market: string): Promise<boolean> {
  const how = { signal: stop.signal };
  const wanted = opinion(await fg.markets.get(market, how));
  if (!wanted) return false;
  const order = { market, outcome: wanted.outcome, spend: STAKE };
  const quote = await fg.quote({ ...order, side: 'buy' }, how);
  if (quote.average + MARGIN > wanted.worth) return false;
  const { gets, seq } = await fg.buy({ ...order, getsMin: quote.getsMin }, how);
  console.log(`bought ${gets} millionths of ${wanted.outcome ?? 'it'} in ${market}: entry ${seq}`);
  return true;
}

const busy = new Set<string>();
async function follow(market: string): Promise<void> {
  if (busy.has(market)) return;
  busy.add(market);
  try {
    while (!stop.signal.aborted && (await trade(market)));
  } catch (error) {
    if (stop.signal.aborted) return;
    // Refused, not now, or unknown: another look follows. Anything else is a bug.
    if (!(error instanceof FairgroundError)) throw error;
    console.error(`${market}: ${error.message}`);
    setTimeout(() => void follow(market), 5_000).unref();
  } finally {
    busy.delete(market);
  }
}

const { items } = await fg.markets.list({ status: 'open', mechanism: 'cpmm', limit: 50 });
const topics = items.map(({ id }) => `market/${id}`);
const live = fg.live(topics, ({ topic }) => void follow(topic.replace('market/', '')), {
  sse: true,
  onNotice: ({ type }) => console.log(`feed: ${type}`),
});
stop.signal.addEventListener('abort', () => live.close());
await live.ended;
