/** What the quote says, line by line, and what the lines mean. */
import type { ReactNode } from 'react';
import { directionOf, points, priceText, shares, signed } from '../figures.js';
import { bounded, type Quoted } from '../quote.js';
import type { MarketDetail, Quote, Side } from '../wire.js';
import { codeWords } from '../words.js';
import { percent } from './about.js';
import { Arrow } from './price.js';

function QuoteLine(props: { readonly says: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{props.says}</dt>
      <dd className="figures">{props.children ?? '–'}</dd>
    </>
  );
}

/** From where to where the price goes, and how far that is. */
function Impact(props: { readonly mechanism: string; readonly quote: Quote }) {
  const { mechanism, quote } = props;
  const part = signed(times100(quote.impact), 1);
  return (
    <>
      {priceText(mechanism, quote.price_before)} → {priceText(mechanism, quote.price_after)}{' '}
      <span className="change" data-direction={directionOf('0', quote.impact)}>
        <Arrow direction={directionOf('0', quote.impact)} />
        {part}%
      </span>
    </>
  );
}

/** "0.0123" as "1.23": the point moves, and nothing is rounded. */
function times100(part: string): string {
  const [, sign = '', whole = '0', rest = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(part) ?? [];
  const digits = rest.padEnd(6, '0');
  return `${sign}${whole}${digits.slice(0, 2)}.${digits.slice(2)}`.replace(/^(-?)0+(?=\d)/, '$1');
}

/** What the order will be bound by. */
function boundWords(quote: Quote, bps: number): string {
  const { gets_min: least, pays_max: most } = bounded(quote, bps);
  if (most !== undefined) return `${points(most)} Points`;
  return quote.side === 'buy' ? `${shares(least)} shares` : `${points(least)} Points`;
}

/** Its lines stand there before a quote does, so that nothing jumps. */
export function QuoteLines(props: {
  readonly market: MarketDetail;
  readonly side: Side;
  readonly bps: number;
  readonly quote: Quoted;
}) {
  const { market, side, bps, quote } = props;
  const data = quote.is === 'quote' ? quote.quote : undefined;
  const buys = side === 'buy';
  return (
    <div className="quote" aria-live="polite">
      <dl className="lines">
        <QuoteLine says="You pay">
          {data && (buys ? `${points(data.pays)} Points` : `${shares(data.pays)} shares`)}
        </QuoteLine>
        <QuoteLine says="You get">
          {data && (buys ? `${shares(data.gets)} shares` : `${points(data.gets)} Points`)}
        </QuoteLine>
        <QuoteLine says={data?.pays_max === undefined ? 'Never less than' : 'Never more than'}>
          {data && boundWords(data, bps)}
        </QuoteLine>
        <QuoteLine says="Average price">{data && `${points(data.average, 4)} Points`}</QuoteLine>
        <QuoteLine says="Moves the price">
          {data && <Impact mechanism={market.mechanism} quote={data} />}
        </QuoteLine>
        <QuoteLine says={`Fee in it, ${percent(market.fee_bps)}`}>
          {data && `${points(data.fee)} Points`}
        </QuoteLine>
      </dl>
      {data?.merged !== undefined && (
        <p className="note">
          You hold the other side. {shares(data.merged)} pairs become {points(data.merged)} Points
          at once: a share of each outcome is always worth 1 Point.
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

/** For whoever wants to know what the lines mean. */
export function QuoteHelp(props: { readonly market: MarketDetail; readonly pairs: boolean }) {
  return (
    <details className="explain">
      <summary>How this price is made</summary>
      <ul>
        <li>
          <b>Moves the price.</b> An order moves the price while it fills, so the average lies
          between the price before and after. Small orders hardly move it.
        </li>
        <li>
          <b>Fee.</b> {percent(props.market.fee_bps)} of what is paid or received, and in the
          figures already.
        </li>
        <li>
          <b>Tolerance.</b> How far the price may go against you until the order is decided. Beyond
          it nothing is traded.
        </li>
        {props.pairs && (
          <li>
            <b>Merged pairs.</b> Who buys one side and holds the other has pairs. They become Points
            at once, without a fee.
          </li>
        )}
      </ul>
    </details>
  );
}
