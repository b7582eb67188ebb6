/** Complete sets: a share of each outcome for a Point, and back, without a fee and without moving the price. */
import { useState } from 'react';
import { micros, points, shares, typedAmount } from '../figures.js';
import { isPending, placeSets, useOrder } from '../orders.js';
import type { MarketDetail, Position } from '../wire.js';
import { Amount } from './amount.js';
import { Segments } from './segments.js';

type Verb = 'mint' | 'merge';

const CHIPS = ['1', '10', '100'] as const;

/** As many sets as my smallest leg. */
function setsHeld({ outcomes }: MarketDetail, position: Position | undefined): string | undefined {
  const legs = outcomes.map(
    (one) => position?.shares.find(({ outcome }) => outcome === one.outcome)?.shares ?? '0',
  );
  const least = legs.reduce((low, leg) => ((micros(leg) ?? 0n) < (micros(low) ?? 0n) ? leg : low));
  return micros(least) === 0n ? undefined : least;
}

function faultOf(verb: Verb, amount: string, have: string | undefined): string | undefined {
  if ((micros(amount) ?? 0n) <= (micros(have) ?? 0n)) return undefined;
  return verb === 'mint'
    ? 'You do not have enough Points.'
    : 'You do not have that many of each outcome.';
}

function SetLines(props: { readonly verb: Verb; readonly amount: string | undefined }) {
  const { verb, amount } = props;
  const money = amount === undefined ? '–' : `${points(amount)} Points`;
  const legs = amount === undefined ? '–' : `${shares(amount)} of each`;
  return (
    <dl className="lines" aria-live="polite">
      <dt>You pay</dt>
      <dd className="figures">{verb === 'mint' ? money : legs}</dd>
      <dt>You get</dt>
      <dd className="figures">{verb === 'mint' ? legs : money}</dd>
    </dl>
  );
}

/** What was typed, until it is done. */
function useText(market: string) {
  const [text, setText] = useState('');
  const order = useOrder(market);
  const done = order?.step === 'done' ? order.answer.id : undefined;
  const [last, setLast] = useState(done);
  if (done !== last) {
    setLast(done);
    if (done !== undefined) setText('');
  }
  return { text, setText, isBusy: isPending(order) };
}

export function SetsForm(props: {
  readonly market: MarketDetail;
  readonly position: Position | undefined;
  readonly points: string | undefined;
  readonly isSignedIn: boolean;
  /** Which of the two may not be done now. */
  readonly isStopped: (verb: Verb) => boolean;
}) {
  const { market, position } = props;
  const [verb, setVerb] = useState<Verb>('mint');
  const { text, setText, isBusy } = useText(market.id);
  const amount = typedAmount(text);
  const held = setsHeld(market, position);
  const have = verb === 'mint' ? props.points : held;
  const fault = props.isSignedIn && amount !== undefined ? faultOf(verb, amount, have) : undefined;
  const isReady = amount !== undefined && fault === undefined && !isBusy;
  const names = market.outcomes.map(({ outcome }) => outcome).join(' + ');
  return (
    <>
      <p className="quiet">
        A set is a share of each outcome: {names}. It always costs and brings 1 Point, without a fee
        and without moving the price.
      </p>
      <Segments
        label="What to do with sets"
        value={verb}
        options={[
          ['mint', 'Mint'],
          ['merge', 'Merge'],
        ]}
        onChange={(next) => {
          setVerb(next);
          setText('');
        }}
      />
      <Amount
        label="Sets"
        text={text}
        chips={CHIPS}
        all={verb === 'merge' ? held : undefined}
        onText={setText}
      />
      <SetLines verb={verb} amount={amount} />
      {fault !== undefined && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      {props.isSignedIn && (
        <button
          type="button"
          className="button main"
          disabled={!isReady || props.isStopped(verb)}
          onClick={() => {
            if (amount !== undefined) placeSets(market.id, verb, amount);
          }}
        >
          {verb === 'mint' ? 'Mint' : 'Merge'}
          {amount === undefined ? ' sets' : ` ${shares(amount)} sets`}
        </button>
      )}
    </>
  );
}
