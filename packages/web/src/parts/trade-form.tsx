/** Buying and selling: how much, what it would cost by the newest price, and the button that makes an order of it. */
import { useState } from 'react';
import { hasSets, micros, points, priceText, shares, typedAmount } from '../figures.js';
import { clearOrder, isPending, placeOrder, useOrder } from '../orders.js';
import { bounded, type Quoted, TOLERANCES, useQuote } from '../quote.js';
import type { Ask, MarketDetail, Side } from '../wire.js';
import { Amount } from './amount.js';
import { OrderNote } from './order-note.js';
import { QuoteHelp, QuoteLines } from './quote-lines.js';
import { Segments } from './segments.js';

/** What I can trade with. */
export interface Purse {
  readonly points: string | undefined;
  /** Shares of the chosen outcome. */
  readonly held: string | undefined;
}

type Unit = 'spend' | 'shares';

interface Wish {
  readonly side: Side;
  readonly outcome: string | undefined;
  readonly unit: Unit;
  readonly text: string;
}

const SPENDS = ['10', '100', '1000'] as const;
const SHARES = ['1', '10', '100'] as const;
const USUAL_BPS = 100;

function askOf(wish: Wish): Ask | undefined {
  const amount = typedAmount(wish.text);
  if (amount === undefined) return undefined;
  return {
    side: wish.side,
    ...(wish.outcome === undefined ? {} : { outcome: wish.outcome }),
    ...(wish.unit === 'spend' ? { spend: amount } : { shares: amount }),
  };
}

/** What the node would refuse, said before it is asked. */
function shortOf(quote: Quoted, { points: money, held }: Purse): string | undefined {
  if (quote.is !== 'quote') return undefined;
  const { side, pays } = quote.quote;
  const have = micros(side === 'buy' ? money : (held ?? '0'));
  if (have === undefined || (micros(pays) ?? 0n) <= have) return undefined;
  return side === 'buy' ? 'You do not have enough Points.' : 'You do not have that many shares.';
}

/** The act by its name: "Buy YES for 50.00 Points", "Sell 3.00 YES". */
function actWords({ side, outcome, unit, text }: Wish): string {
  const verb = side === 'buy' ? 'Buy' : 'Sell';
  const name = outcome === undefined ? '' : ` ${outcome}`;
  const amount = typedAmount(text);
  if (amount === undefined) return `${verb}${name}`;
  if (unit === 'spend') return `${verb}${name} for ${points(amount)} Points`;
  return `${verb} ${shares(amount)}${outcome === undefined ? ' shares' : name}`;
}

function Tolerance(props: { readonly bps: number; readonly onBps: (bps: number) => void }) {
  return (
    <fieldset className="tolerance chips small">
      <legend>Tolerance</legend>
      {TOLERANCES.map((bps) => (
        <button
          key={bps}
          type="button"
          className="chip figures"
          aria-pressed={bps === props.bps}
          onClick={() => props.onBps(bps)}
        >
          {bps / 100}%
        </button>
      ))}
    </fieldset>
  );
}

/** The quote, and the button that makes an order of it. */
function Deal(props: {
  readonly market: MarketDetail;
  readonly wish: Wish;
  /** Undefined: nobody is in. */
  readonly purse: Purse | undefined;
  readonly isStopped: boolean;
}) {
  const { market, wish, purse } = props;
  const [bps, setBps] = useState(USUAL_BPS);
  const ask = askOf(wish);
  const quote = useQuote(market, ask);
  const busy = isPending(useOrder(market.id));
  const short = purse && shortOf(quote, purse);
  const isReady = ask && quote.is === 'quote' && short === undefined && !busy && !props.isStopped;
  return (
    <>
      <Tolerance bps={bps} onBps={setBps} />
      <QuoteLines market={market} side={wish.side} bps={bps} quote={quote} />
      {short !== undefined && (
        <p className="fault" role="alert">
          {short}
        </p>
      )}
      {purse && (
        <button
          type="button"
          className="button main"
          data-side={wish.side}
          disabled={!isReady}
          onClick={() => {
            if (quote.is === 'quote' && ask) placeOrder(bounded(quote.quote, bps), ask);
          }}
        >
          {busy ? 'On its way …' : actWords(wish)}
        </button>
      )}
      <QuoteHelp market={market} pairs={hasSets(market.mechanism)} />
    </>
  );
}

/** More than so many do not stand beside each other on a phone. */
const SEGMENTS_MAX = 3;

function OutcomeChoice(props: {
  readonly market: MarketDetail;
  readonly value: string;
  readonly onChange: (outcome: string) => void;
}) {
  const { market, value, onChange } = props;
  const named = market.outcomes.flatMap(({ outcome, price }) =>
    outcome === undefined
      ? []
      : [[outcome, `${outcome} ${priceText(market.mechanism, price)}`] as const],
  );
  if (named.length === 0) return null;
  if (named.length <= SEGMENTS_MAX) {
    return <Segments label="Outcome" value={value} options={named} onChange={onChange} />;
  }
  return (
    <div className="amount">
      <label htmlFor="outcome">Outcome</label>
      <select id="outcome" value={value} onChange={(event) => onChange(event.target.value)}>
        {named.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What was typed, until it has become an order: the same amount is not bought twice by one tap too many. */
function useWish(market: string, side: Side) {
  const [said, setSaid] = useState<{ unit: Unit; text: string }>({ unit: 'spend', text: '' });
  const order = useOrder(market);
  const done = order?.step === 'done' ? order.answer.id : undefined;
  const [last, setLast] = useState(done);
  if (done !== last) {
    setLast(done);
    if (done !== undefined) setSaid({ ...said, text: '' });
  }
  const unit: Unit = side === 'sell' ? 'shares' : said.unit;
  return { wish: { unit, text: said.text }, say: setSaid };
}

export function TradeForm(props: {
  readonly market: MarketDetail;
  readonly side: Side;
  readonly outcome: string | undefined;
  readonly onOutcome: (outcome: string) => void;
  readonly purse: Purse | undefined;
  readonly isStopped: boolean;
}) {
  const { market, side, outcome, purse } = props;
  const { wish: said, say } = useWish(market.id, side);
  const wish: Wish = { ...said, side, outcome };
  const all = side === 'sell' ? purse?.held : undefined;
  return (
    <>
      <OutcomeChoice market={market} value={outcome ?? ''} onChange={props.onOutcome} />
      {side === 'buy' && (
        <Segments
          label="Say it in"
          value={said.unit}
          options={[
            ['spend', 'Points'],
            ['shares', 'Shares'],
          ]}
          onChange={(unit) => say({ unit, text: '' })}
        />
      )}
      <Amount
        label={said.unit === 'spend' ? 'Points to spend' : 'Shares'}
        text={said.text}
        chips={said.unit === 'spend' ? SPENDS : SHARES}
        all={all}
        onText={(text) => say({ ...said, text })}
      />
      <Deal market={market} wish={wish} purse={purse} isStopped={props.isStopped} />
    </>
  );
}

/** What became of the last order of a market, whichever form it came from. */
export function LastOrder(props: { readonly market: string }) {
  const order = useOrder(props.market);
  return <OrderNote state={order} onClose={() => clearOrder(props.market)} />;
}
