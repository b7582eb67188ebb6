/** Where someone joins a rally: how many in all, what that costs at most, and what became of it. */
import { formatAmount } from '@fairground/engine';
import { useState } from 'react';
import { count, micros, points } from '../figures.js';
import { useLivePosition, useMe } from '../me.js';
import { nodeNow } from '../api.js';
import { useNow } from '../clock.js';
import { clearOrder, isPending, placeJoin, useOrder } from '../orders.js';
import { costOf, tiersOf, typedUnits } from '../rallies.js';
import { useWho } from '../session.js';
import { standingOf } from '../standing.js';
import type { MarketDetail, Position, Rally } from '../wire.js';
import { AccountBox, ComeIn } from './account.js';
import { OrderNote } from './order-note.js';
import { StandingNote } from './standing-note.js';

/** Units of a position, which are shares on the wire. */
const unitsOf = (position: Position | undefined): number =>
  Number((micros(position?.shares[0]?.shares) ?? 0n) / 1_000_000n);

/** What I have pledged, and what of it comes back at the price of now. */
function PledgeLines(props: { readonly position: Position | undefined; readonly units: number }) {
  const { position, units } = props;
  if (!position || units === 0) return <p className="quiet">You have not joined yet.</p>;
  const cost = micros(position.shares[0]?.value) ?? 0n;
  const back = formatAmount((micros(position.net) ?? 0n) - cost);
  return (
    <dl className="lines">
      <dt>You have joined with</dt>
      <dd className="figures">{count(units)} units</dd>
      <dt>Held for you</dt>
      <dd className="figures">{points(position.net)} Points</dd>
      <dt>They cost you now</dt>
      <dd className="figures">{points(formatAmount(cost))} Points</dd>
      <dt>Comes back at this price</dt>
      <dd className="figures">{points(back)} Points</dd>
    </dl>
  );
}

/** What is wrong with a wish, said before it is sent. */
function wrongWords(wanted: number, pledged: number, rally: Rally): string | undefined {
  const left = rally.maximum - rally.units;
  if (wanted > rally.per_person) return `One person may have ${count(rally.per_person)}.`;
  if (wanted < pledged) return `You have pledged for ${count(pledged)}: a pledge only grows.`;
  if (wanted - pledged > left) return `${count(left)} units are left.`;
  return undefined;
}

function UnitsField(props: {
  readonly text: string;
  readonly chips: readonly number[];
  readonly wrong: boolean;
  readonly onText: (text: string) => void;
}) {
  return (
    <div className="amount">
      <label htmlFor="units">Units you want in all</label>
      <input
        id="units"
        inputMode="numeric"
        autoComplete="off"
        className="figures"
        placeholder="0"
        maxLength={10}
        value={props.text}
        aria-invalid={props.wrong}
        aria-describedby="units-say"
        onChange={(event) => props.onText(event.target.value)}
      />
      <div className="chips small">
        {props.chips.map((units) => (
          <button
            key={units}
            type="button"
            className="chip"
            onClick={() => props.onText(units.toString())}
          >
            {count(units)}
          </button>
        ))}
      </div>
    </div>
  );
}

function JoinForm(props: {
  readonly market: MarketDetail;
  readonly rally: Rally;
  readonly pledged: number;
  readonly mayJoin: boolean;
}) {
  const { market, rally, pledged } = props;
  const [text, setText] = useState('');
  const order = useOrder(market.id);
  const wanted = typedUnits(text);
  const malformed = text.trim() !== '' && wanted === undefined;
  const wrong = wanted === undefined ? undefined : wrongWords(wanted, pledged, rally);
  const added = wanted === undefined ? 0 : wanted - pledged;
  const fits = wanted !== undefined && wrong === undefined && added > 0;
  const cost = fits ? costOf(tiersOf(market), rally, added) : undefined;
  const busy = isPending(order);
  const chips = [...new Set([pledged + 1, pledged + 2, pledged + 5])].filter(
    (units) => wrongWords(units, pledged, rally) === undefined,
  );
  return (
    <>
      <UnitsField
        text={text}
        chips={chips}
        wrong={malformed || wrong !== undefined}
        onText={setText}
      />
      <dl className="lines">
        <dt>Held for you, at most</dt>
        <dd className="figures">{cost === undefined ? '–' : `${points(cost)} Points`}</dd>
      </dl>
      <p id="units-say" className="quiet">
        {wrong ?? 'If the price falls further, the difference comes back. A pledge is binding.'}
      </p>
      {props.mayJoin && (
        <button
          type="button"
          className="button main"
          disabled={!fits || busy}
          onClick={() => {
            if (wanted !== undefined) placeJoin(market.id, wanted);
          }}
        >
          {pledged > 0 && fits ? `Join with ${count(added)} more` : 'Join'}
        </button>
      )}
      <OrderNote state={order} onClose={() => clearOrder(market.id)} />
    </>
  );
}

function MyPledge(props: { readonly position: Position | undefined }) {
  const { position } = props;
  return (
    <AccountBox>
      <PledgeLines position={position} units={unitsOf(position)} />
    </AccountBox>
  );
}

export function JoinBox(props: { readonly market: MarketDetail; readonly rally: Rally }) {
  const who = useWho();
  const { market, rally } = props;
  const position = useLivePosition(market);
  const isFrozen = useMe().me?.frozen === true;
  useNow();
  const standing = standingOf(market, isFrozen, nodeNow());
  const mayJoin = standing.may === 'all';
  return (
    <section className="card pad ticket" aria-labelledby="join">
      <h2 id="join">{unitsOf(position) > 0 ? 'My pledge' : 'Join'}</h2>
      <StandingNote standing={standing} />
      {who !== undefined && <MyPledge position={position} />}
      {mayJoin && (
        <JoinForm
          market={market}
          rally={rally}
          pledged={unitsOf(position)}
          mayJoin={who !== undefined}
        />
      )}
      {who === undefined && mayJoin && <ComeIn to="join" />}
    </section>
  );
}
