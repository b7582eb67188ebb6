/** The steps of a falling price: from how many units, all together, which price holds. */
import { ActionIcon, Button, TextInput } from '@mantine/core';
import type { TypedTier } from '../house/drafts.js';

const TIERS_MAX = 12;

function Step(props: {
  readonly tier: TypedTier;
  readonly place: number;
  readonly onTier: (tier: TypedTier) => void;
  readonly onRemove: () => void;
}) {
  const { tier, place, onTier } = props;
  const name = `step ${place + 1}`;
  return (
    <li className="tier">
      <TextInput
        label="From units"
        aria-label={`From units, ${name}`}
        inputMode="numeric"
        value={place === 0 ? '0' : tier.units}
        disabled={place === 0}
        onChange={(event) => onTier({ ...tier, units: event.currentTarget.value })}
      />
      <TextInput
        label="Points a unit"
        aria-label={`Points a unit, ${name}`}
        inputMode="decimal"
        value={tier.price}
        onChange={(event) => onTier({ ...tier, price: event.currentTarget.value })}
      />
      {place > 0 && (
        <ActionIcon
          variant="subtle"
          size={40}
          aria-label={`Remove ${name}`}
          onClick={props.onRemove}
        >
          ×
        </ActionIcon>
      )}
    </li>
  );
}

/** A fifth further on, and a tenth cheaper: a start that somebody changes. */
function nextTier(tiers: readonly TypedTier[]): TypedTier {
  const last = tiers.at(-1);
  const units = Number.parseInt(last?.units ?? '', 10) || 0;
  const price = Number.parseInt(last?.price ?? '', 10) || 0;
  return {
    units: String(units + 10),
    price: price > 1 ? String(Math.floor((price * 9) / 10)) : '',
  };
}

export function TiersEditor(props: {
  readonly tiers: readonly TypedTier[];
  readonly fault: string | undefined;
  readonly onTiers: (tiers: readonly TypedTier[]) => void;
}) {
  const { tiers, onTiers } = props;
  return (
    <fieldset className="tiers">
      <legend>Prices</legend>
      <ol>
        {tiers.map((tier, place) => (
          <Step
            key={place}
            tier={tier}
            place={place}
            onTier={(next) => onTiers(tiers.map((one, at) => (at === place ? next : one)))}
            onRemove={() => onTiers(tiers.filter((_, at) => at !== place))}
          />
        ))}
      </ol>
      {props.fault !== undefined && (
        <p className="field-fault" role="alert">
          {props.fault}
        </p>
      )}
      <Button
        variant="default"
        disabled={tiers.length >= TIERS_MAX}
        onClick={() => onTiers([...tiers, nextTier(tiers)])}
      >
        Add a step
      </Button>
    </fieldset>
  );
}
