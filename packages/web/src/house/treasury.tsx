/** The house's purse: what it holds, what it has earned, what was made. */
import { micros, points } from '../figures.js';
import { useGlobal } from '../hooks.js';
import { Line } from '../parts/about.js';
import { Failure, Skeleton } from '../parts/states.js';
import { ActButton } from './acts.js';
import { GrantForm } from './grant-form.js';
import { useHouse } from './house-frame.js';
import type { House } from './wire-house.js';

function Purse(props: { readonly house: House }) {
  const { house } = props;
  const held = useGlobal()?.treasury ?? house.treasury;
  const floor = String(house.limits['treasury_floor'] ?? '0');
  const isLow = (micros(held) ?? 0n) < (micros(floor) ?? 0n);
  return (
    <section className="card pad stack" aria-labelledby="purse">
      <h2 id="purse">Purse</h2>
      <p className="earning figures">
        {points(held)} <small>Points</small>
      </p>
      {isLow && (
        <p className="note" data-tone="warn" role="status">
          The treasury is below its floor of {points(floor)} Points. Markets that it sponsors may be
          refused.
        </p>
      )}
      <dl className="lines">
        <Line says="Floor">{points(floor)}</Line>
        <Line says="Points there are in all">{points(house.issued)}</Line>
        <Line says="Granted by you today">
          {points(house.granted_today)} of {points(String(house.limits['grant_per_day'] ?? '0'))}
        </Line>
        <Line says="At most in one grant">
          {points(String(house.limits['grant_per_call'] ?? '0'))}
        </Line>
      </dl>
      <GrantForm to="treasury" name="the treasury" />
    </section>
  );
}

export function Treasury() {
  const { data: house, error, refetch } = useHouse();
  if (!house && error) return <Failure error={error} retry={() => void refetch()} />;
  if (!house) return <Skeleton lines={5} height={32} />;
  return (
    <>
      <Purse house={house} />
      <section className="card pad stack" aria-labelledby="fees">
        <h2 id="fees">Fees</h2>
        <p>
          <b className="figures">{points(house.fees)}</b> Points of fees wait to be swept.
        </p>
        <div>
          <ActButton
            label="Sweep fees"
            title="Sweep fees"
            verb="Sweep"
            path="/v1/admin/sweep-fees"
            isOff={house.fees === '0'}
            done="The fees are the treasury’s."
          >
            <p>{points(house.fees)} Points go from the house’s fees to the treasury.</p>
          </ActButton>
        </div>
      </section>
    </>
  );
}
