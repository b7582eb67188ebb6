import { count, points, priceText, shares } from '../figures.js';
import type { OrderState } from '../orders.js';
import type { Quoted } from '../quote.js';
import type { Ask, MarketDetail, Order } from '../wire.js';
import { codeWords, errorWords } from '../words.js';

/** What the quote says; its lines stand there before it does, so that nothing jumps. */
export function QuoteLines(props: {
  readonly market: MarketDetail;
  readonly ask: Ask | undefined;
  readonly quote: Quoted;
}) {
  const { market, ask, quote } = props;
  const data = quote.is === 'quote' ? quote.quote : undefined;
  const buys = ask?.side !== 'sell';
  const price = (text: string): string => priceText(market.mechanism, text);
  return (
    <div className="quote" aria-live="polite">
      <dl className="lines">
        <dt>You pay</dt>
        <dd className="figures">
          {data ? (buys ? `${points(data.pays)} Points` : `${shares(data.pays)} shares`) : '–'}
        </dd>
        <dt>You get</dt>
        <dd className="figures">
          {data ? (buys ? `${shares(data.gets)} shares` : `${points(data.gets)} Points`) : '–'}
        </dd>
        <dt>Average price</dt>
        <dd className="figures">{data ? points(data.average, 4) : '–'}</dd>
        <dt>Moves the price</dt>
        <dd className="figures">
          {data ? `${price(data.price_before)} → ${price(data.price_after)}` : '–'}
        </dd>
        <dt>Fee in it</dt>
        <dd className="figures">{data ? `${points(data.fee)} Points` : '–'}</dd>
      </dl>
      {data?.merged !== undefined && (
        <p className="quiet">
          {shares(data.merged)} pairs are merged at once: you get {points(data.merged)} Points back.
        </p>
      )}
      {quote.is === 'refused' && (
        <p role="alert">{codeWords(quote.refusal.code, quote.refusal.says)}</p>
      )}
      {data?.cannot_profit === true && (
        <p role="alert">At this price you cannot get more than you pay.</p>
      )}
    </div>
  );
}

function doneWords(order: Order): string {
  if (order.units !== undefined) {
    return `You are in with ${count(order.units)} units; ${points(order.pays)} Points are held for what was added. Entry ${order.seq}.`;
  }
  const buys = order.side === 'buy';
  const name = order.outcome === undefined ? '' : ` ${order.outcome}`;
  const [held, money] = buys ? [order.gets, order.pays] : [order.pays, order.gets];
  const verb = buys ? 'Bought' : 'Sold';
  return `${verb} ${shares(held)}${name} shares for ${points(money)} Points, entry ${order.seq}.`;
}

const STEP_WORDS = {
  sending: 'Sending the order …',
  waiting: 'The node is busy; the order waits its turn …',
  checking: 'Checking what became of the order: no answer came. It counts once at most.',
} as const;

/** What became of the last order here. */
export function OrderNote(props: {
  readonly state: OrderState | undefined;
  readonly onClose: () => void;
}) {
  const { state } = props;
  if (!state) return null;
  if ('sent' in state) {
    return (
      <p className="note" role="status" data-tone={state.step === 'checking' ? 'warn' : 'calm'}>
        {STEP_WORDS[state.step]}
      </p>
    );
  }
  const done = state.step === 'done';
  return (
    <div className="note" role={done ? 'status' : 'alert'} data-tone={done ? 'good' : 'bad'}>
      <p>{done ? doneWords(state.answer) : errorWords(state.error)}</p>
      {!done && state.unsure && <p>An earlier attempt may have counted: look at your position.</p>}
      <button type="button" className="plain" onClick={props.onClose}>
        Close
      </button>
    </div>
  );
}
