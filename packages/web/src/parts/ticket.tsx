/** Where a trade is made: what I want, what it would cost, what became of it. */
import { useState } from 'react';
import { priceText, typedAmount } from '../figures.js';
import { clearOrder, isPending, placeOrder, useOrder } from '../orders.js';
import { usePosition } from '../me.js';
import { useQuote } from '../quote.js';
import { useWho } from '../session.js';
import type { Ask, MarketDetail, Position, Side } from '../wire.js';
import { AccountBox, ComeIn } from './account.js';
import { OrderNote, QuoteLines } from './quote-lines.js';
import { Segments } from './segments.js';

type Unit = 'spend' | 'shares';

interface Wish {
  readonly side: Side;
  readonly outcome: string | undefined;
  readonly unit: Unit;
  readonly text: string;
}

const SPENDS = ['10', '100', '1000'] as const;
const SHARES = ['1', '10', '100'] as const;

function askOf(wish: Wish): Ask | undefined {
  const amount = typedAmount(wish.text);
  if (amount === undefined) return undefined;
  return {
    side: wish.side,
    ...(wish.outcome === undefined ? {} : { outcome: wish.outcome }),
    ...(wish.unit === 'spend' ? { spend: amount } : { shares: amount }),
  };
}

function Amount(props: {
  readonly wish: Wish;
  readonly held: string | undefined;
  readonly onText: (text: string) => void;
}) {
  const { wish, held } = props;
  const wrong = wish.text.trim() !== '' && typedAmount(wish.text) === undefined;
  const chips = wish.unit === 'spend' ? SPENDS : SHARES;
  return (
    <div className="amount">
      <label htmlFor="amount">{wish.unit === 'spend' ? 'Points to spend' : 'Shares'}</label>
      <input
        id="amount"
        inputMode="decimal"
        autoComplete="off"
        className="figures"
        placeholder="0"
        maxLength={20}
        value={wish.text}
        aria-invalid={wrong}
        onChange={(event) => props.onText(event.target.value)}
      />
      <div className="chips small">
        {chips.map((chip) => (
          <button key={chip} type="button" className="chip" onClick={() => props.onText(chip)}>
            {chip}
          </button>
        ))}
        {wish.side === 'sell' && held !== undefined && (
          <button type="button" className="chip" onClick={() => props.onText(held)}>
            All
          </button>
        )}
      </div>
    </div>
  );
}

/** The quote and the button that makes an order of it. */
function Deal(props: {
  readonly market: MarketDetail;
  readonly wish: Wish;
  readonly mayTrade: boolean;
}) {
  const { market, wish } = props;
  const ask = askOf(wish);
  const quote = useQuote(market, ask);
  const order = useOrder(market.id);
  const busy = isPending(order);
  const ready = props.mayTrade && ask && quote.is === 'quote' && !busy;
  const name = wish.outcome === undefined ? '' : ` ${wish.outcome}`;
  return (
    <>
      <QuoteLines market={market} ask={ask} quote={quote} />
      {props.mayTrade && (
        <button
          type="button"
          className="button main"
          data-side={wish.side}
          disabled={!ready}
          onClick={() => {
            if (quote.is === 'quote' && ask) placeOrder(quote.quote, ask);
          }}
        >
          {wish.side === 'buy' ? `Buy${name}` : `Sell${name}`}
        </button>
      )}
      <OrderNote state={order} onClose={() => clearOrder(market.id)} />
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

function TicketForm(props: {
  readonly market: MarketDetail;
  readonly position: Position | undefined;
  readonly mayTrade: boolean;
  readonly outcome: string | undefined;
  readonly onOutcome: (outcome: string) => void;
}) {
  const { market, position, outcome } = props;
  const [said, setWish] = useState<Omit<Wish, 'outcome'>>({ side: 'buy', unit: 'spend', text: '' });
  const wish: Wish = { ...said, outcome };
  const held = position?.shares.find((one) => one.outcome === outcome)?.shares;
  const turn = (side: Side): void =>
    setWish({ side, unit: side === 'sell' ? 'shares' : 'spend', text: '' });
  return (
    <>
      <Segments
        label="Side"
        value={wish.side}
        options={[
          ['buy', 'Buy'],
          ['sell', 'Sell'],
        ]}
        onChange={turn}
      />
      <OutcomeChoice market={market} value={outcome ?? ''} onChange={props.onOutcome} />
      {wish.side === 'buy' && (
        <Segments
          label="Say it in"
          value={wish.unit}
          options={[
            ['spend', 'Points'],
            ['shares', 'Shares'],
          ]}
          onChange={(unit) => setWish({ ...said, unit, text: '' })}
        />
      )}
      <Amount wish={wish} held={held} onText={(text) => setWish({ ...said, text })} />
      <Deal market={market} wish={wish} mayTrade={props.mayTrade} />
    </>
  );
}

interface Chosen {
  readonly market: MarketDetail;
  readonly outcome: string | undefined;
  readonly onOutcome: (outcome: string) => void;
}

function MyTicket(props: Chosen) {
  const position = usePosition(props.market.id);
  return (
    <>
      <AccountBox position={position} />
      {props.market.status === 'open' && <TicketForm {...props} position={position} mayTrade />}
    </>
  );
}

export function Ticket(props: Chosen) {
  const who = useWho();
  const { market } = props;
  return (
    <section className="card pad ticket" aria-labelledby="ticket">
      <h2 id="ticket">Trade</h2>
      {market.status !== 'open' && <p className="quiet">There is no trading here now.</p>}
      {who !== undefined && <MyTicket {...props} />}
      {who === undefined && market.status === 'open' && (
        <>
          <TicketForm {...props} position={undefined} mayTrade={false} />
          <ComeIn />
        </>
      )}
    </section>
  );
}
