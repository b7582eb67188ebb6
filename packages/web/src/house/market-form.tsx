/** A market, new or a draft that stands, and beside it what it would open with. */
import { Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { fieldFaults } from '../api.js';
import { Segments } from '../parts/segments.js';
import { TiersEditor } from '../sell/tiers-editor.js';
import type { Acting } from './acts.js';
import { type Drafted, drafted, type Kind, type Typed } from './drafts.js';
import { FIELDS, type Field, GENERAL, KINDS, RISK } from './market-fields.js';
import { MarketPreview } from './market-preview.js';
import { PersonField } from './person-field.js';
import type { Fees } from './wire-house.js';

interface Filling {
  readonly typed: Typed;
  readonly faultOf: (field: string) => string | undefined;
  readonly set: (field: string, text: string) => void;
}

function OneField(props: Filling & { readonly field: Field }) {
  const { field, typed, faultOf, set } = props;
  const { name, label, says, as = 'text' } = field;
  const shared = {
    label,
    ...(says !== undefined && { description: says }),
    value: typed.fields[name] ?? '',
    error: faultOf(name),
  };
  switch (as) {
    case 'lines':
      return (
        <Textarea {...shared} rows={3} onChange={(event) => set(name, event.currentTarget.value)} />
      );
    case 'person':
      return <PersonField {...shared} onAccount={(account) => set(name, account)} />;
    case 'time':
      return (
        <TextInput
          {...shared}
          type="datetime-local"
          onChange={(event) => set(name, event.currentTarget.value)}
        />
      );
    case 'amount':
    case 'text':
      return (
        <TextInput
          {...shared}
          {...(as === 'amount' && { inputMode: 'decimal' as const })}
          onChange={(event) => set(name, event.currentTarget.value)}
        />
      );
  }
}

const Fieldset = (props: Filling & { readonly fields: readonly Field[] }) => (
  <div className="three">
    {props.fields.map((field) => (
      <OneField
        key={field.name}
        field={field}
        typed={props.typed}
        faultOf={props.faultOf}
        set={props.set}
      />
    ))}
  </div>
);

function Ending(props: Filling) {
  const { typed, faultOf, set } = props;
  const closing = typed.fields['closing'] ?? '';
  return (
    <div className="three">
      <NativeSelect
        label="Closes"
        value={closing === '' ? 'auto' : closing}
        onChange={(event) => set('closing', event.currentTarget.value)}
        data={[
          { value: 'auto', label: 'At its end' },
          { value: 'auto_with_buffer', label: 'Some minutes after it' },
          { value: 'manual', label: 'By hand' },
        ]}
      />
      {closing === 'auto_with_buffer' && (
        <TextInput
          label="Minutes after"
          inputMode="numeric"
          value={typed.fields['buffer'] ?? ''}
          error={faultOf('buffer')}
          onChange={(event) => set('buffer', event.currentTarget.value)}
        />
      )}
    </div>
  );
}

function More(props: Filling & { readonly isNew: boolean; readonly hasRisk: boolean }) {
  const { typed, set, hasRisk, isNew } = props;
  const general = GENERAL.filter(({ onlyNew }) => isNew || onlyNew !== true);
  return (
    <details className="house-more">
      <summary>Fee, refund, second person{hasRisk ? ', risk' : ''}</summary>
      <div className="stack">
        <Checkbox
          label="Two people have to agree on its result, and on cancelling it"
          checked={typed.fields['two_person'] === 'yes'}
          onChange={(event) => set('two_person', event.currentTarget.checked ? 'yes' : '')}
        />
        <Fieldset {...props} fields={hasRisk ? [...general, ...RISK] : general} />
      </div>
    </details>
  );
}

/** What it would open with, what stands against it, and the way on. */
function Side(props: {
  readonly result: Drafted;
  readonly wasSent: boolean;
  readonly isNew: boolean;
  readonly act: Acting;
}) {
  const { result, wasSent, isNew, act } = props;
  const { faults } = result;
  const whole = faults['whole'] ?? act.fault;
  return (
    <section className="card pad stack launch-side" aria-labelledby="preview">
      <h2 id="preview">It would open with</h2>
      <MarketPreview preview={result.preview} />
      {whole !== undefined && (
        <p role="alert" className="note" data-tone="bad">
          {whole}
        </p>
      )}
      {wasSent && Object.keys(faults).length > 0 && faults['whole'] === undefined && (
        <p role="alert" className="note" data-tone="bad">
          Something is missing:{' '}
          {Object.keys(faults)
            .map((name) => name.replaceAll('_', ' '))
            .join(', ')}
          .
        </p>
      )}
      <Button type="submit" size="md" fullWidth loading={act.isBusy}>
        {isNew ? 'Create the draft' : 'Save the draft'}
      </Button>
      {isNew && <p className="quiet">A draft is opened by hand, or by itself at its time.</p>}
    </section>
  );
}

export interface MarketFormProps {
  readonly start: Typed;
  /** A draft that stands keeps its mechanism. */
  readonly isNew: boolean;
  readonly fees: Fees;
  readonly act: Acting;
  readonly onSend: (drafted: Drafted, typed: Typed) => void;
}

export function MarketForm(props: MarketFormProps) {
  const { isNew, fees, act } = props;
  const [typed, setTyped] = useState(props.start);
  const [wasSent, setSent] = useState(false);
  const result = drafted(typed, fees);
  const { faults } = result;
  const answered = fieldFaults(act.error);
  const faultOf = (name: string): string | undefined =>
    wasSent || (typed.fields[name] ?? '') !== '' ? (faults[name] ?? answered[name]) : undefined;
  const set = (name: string, text: string): void =>
    setTyped((now) => ({ ...now, fields: { ...now.fields, [name]: text } }));
  const kind = KINDS[typed.kind];
  const choose = (next: Kind): void =>
    setTyped((now) => ({ ...now, kind: next, fields: { ...KINDS[next].start, ...now.fields } }));
  const filling = { typed, faultOf, set };
  return (
    <form
      className="launch"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setSent(true);
        if (Object.keys(faults).length === 0) props.onSend(result, typed);
      }}
    >
      <section className="card pad stack" aria-label="The market">
        {isNew && (
          <Segments
            label="Kind"
            value={typed.kind}
            options={[
              ['cpmm', 'Two'],
              ['lmsr', 'Many'],
              ['curve', 'Stock'],
              ['rally', 'Rally'],
            ]}
            onChange={choose}
          />
        )}
        <p className="quiet">{kind.says}</p>
        {FIELDS.map((field) => (
          <OneField key={field.name} field={field} {...filling} />
        ))}
        {kind.hasTiers && (
          <TiersEditor
            tiers={typed.tiers}
            fault={faults['tiers'] ?? answered['tiers']}
            onTiers={(tiers) => setTyped((now) => ({ ...now, tiers }))}
          />
        )}
        <Fieldset {...filling} fields={kind.fields} />
        {!kind.hasTiers && <Ending {...filling} />}
        <More {...filling} isNew={isNew} hasRisk={!kind.hasTiers} />
      </section>
      <Side result={result} wasSent={wasSent} isNew={isNew} act={act} />
    </form>
  );
}
