/** A rally in one sight: what, at which prices, until when; beside it what comes of it. */
import { Button, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { fieldFaults, nodeNow } from '../api.js';
import { type Acting, useAct } from '../house/acts.js';
import { type Drafted, drafted, type Typed } from '../house/drafts.js';
import { feesQuery } from '../house/queries-house.js';
import { localOf } from '../house/reading.js';
import type { Fees } from '../house/wire-house.js';
import { Segments } from '../parts/segments.js';
import { Failure, Skeleton } from '../parts/states.js';
import { SalesTable } from './sales-table.js';
import { TiersEditor } from './tiers-editor.js';

const HOUR_MS = 3_600_000;
/** Time for the command to arrive: an opening lies ahead. */
const AT_ONCE_MS = 4_000;
const SPANS = [
  ['1', '1 hour'],
  ['24', '1 day'],
  ['72', '3 days'],
  ['168', '1 week'],
] as const;

const START: Typed = {
  kind: 'rally',
  fields: {
    title: '',
    rules: '',
    category: 'rallies',
    minimum: '5',
    maximum: '50',
    per_person: '5',
    opens_at: '',
  },
  tiers: [
    { units: '0', price: '100' },
    { units: '10', price: '90' },
    { units: '25', price: '80' },
  ],
};

/** The whole minute after, so that what the field shows is what is sent. */
const endIn = (hours: number): string => localOf(nodeNow() + hours * HOUR_MS + 60_000);

interface FieldProps {
  readonly typed: Typed;
  readonly faultOf: (field: string) => string | undefined;
  readonly set: (field: string, text: string) => void;
}

function Counts(props: FieldProps) {
  const { typed, faultOf, set } = props;
  const fields = [
    ['minimum', 'Sold from', 'Below this many units nothing is sold.'],
    ['maximum', 'Units in all', 'With the last of them the rally ends.'],
    ['per_person', 'One person at most', 'Empty: all of them.'],
  ] as const;
  return (
    <div className="three">
      {fields.map(([name, label, says]) => (
        <TextInput
          key={name}
          label={label}
          description={says}
          inputMode="numeric"
          value={typed.fields[name] ?? ''}
          error={faultOf(name)}
          onChange={(event) => set(name, event.currentTarget.value)}
        />
      ))}
    </div>
  );
}

function Times(props: FieldProps) {
  const { typed, faultOf, set } = props;
  const [opens, setOpens] = useState<'now' | 'later'>('now');
  const choose = (next: 'now' | 'later'): void => {
    setOpens(next);
    set('opens_at', next === 'now' ? '' : localOf(nodeNow() + HOUR_MS));
  };
  return (
    <div className="two">
      <div className="stack tight">
        <Segments
          label="Opens"
          value={opens}
          options={[
            ['now', 'Opens at once'],
            ['later', 'Opens later'],
          ]}
          onChange={choose}
        />
        {opens === 'later' && (
          <TextInput
            type="datetime-local"
            label="Opens"
            value={typed.fields['opens_at'] ?? ''}
            error={faultOf('opens_at')}
            onChange={(event) => set('opens_at', event.currentTarget.value)}
          />
        )}
      </div>
      <div className="stack tight">
        <TextInput
          type="datetime-local"
          label="Ends"
          value={typed.fields['closes_at'] ?? ''}
          error={faultOf('closes_at')}
          onChange={(event) => set('closes_at', event.currentTarget.value)}
        />
        <div className="chips small">
          {SPANS.map(([hours, words]) => (
            <button
              key={hours}
              type="button"
              className="chip"
              onClick={() => set('closes_at', endIn(Number(hours)))}
            >
              {words}
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}

/** What comes of it, what stands against it, and the way on. */
function Side(props: { readonly result: Drafted; readonly bps: number; readonly act: Acting }) {
  const { result, bps, act } = props;
  const { faults, preview } = result;
  return (
    <section className="card pad stack launch-side" aria-labelledby="comes">
      <h2 id="comes">What you get</h2>
      {preview?.sales ? (
        <SalesTable sales={preview.sales} />
      ) : (
        <p className="quiet">{faults['whole'] ?? 'This stands here once the prices are whole.'}</p>
      )}
      <p className="quiet">
        Everybody pays the one price of all units together. The house takes {bps / 100}% of it. Once
        the minimum is reached only an admin may cancel.
      </p>
      {(faults['whole'] ?? act.fault) !== undefined && (
        <p role="alert" className="note" data-tone="bad">
          {faults['whole'] ?? act.fault}
        </p>
      )}
      <Button type="submit" size="md" fullWidth loading={act.isBusy}>
        Launch
      </Button>
    </section>
  );
}

function Form(props: { readonly seller: string; readonly fees: Fees }) {
  const { seller, fees } = props;
  const navigate = useNavigate();
  const [typed, setTyped] = useState<Typed>(() => ({
    ...START,
    fields: { ...START.fields, closes_at: endIn(72) },
  }));
  const [wasSent, setSent] = useState(false);
  const act = useAct<{ readonly market: string }>('launch', ({ market }) => {
    void navigate({ to: '/sell/$id', params: { id: market } });
  });
  const mine = { ...typed, fields: { ...typed.fields, seller } };
  const result = drafted(mine, fees);
  const { body, faults } = result;
  const answered = fieldFaults(act.error);
  // Nobody is told what is missing before he has tried; what is wrong is told at once.
  const faultOf = (name: string): string | undefined =>
    wasSent || (typed.fields[name] ?? 'x') !== '' ? (faults[name] ?? answered[name]) : undefined;
  const set = (name: string, text: string): void =>
    setTyped((now) => ({ ...now, fields: { ...now.fields, [name]: text } }));
  const send = (): void => {
    setSent(true);
    if (Object.keys(faults).length > 0) return;
    const opens_at = new Date(nodeNow() + AT_ONCE_MS).toISOString();
    act.run({ path: '/v1/markets', body: { opens_at, ...body } });
  };
  return (
    <form
      className="launch"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <section className="card pad stack" aria-labelledby="launch">
        <h2 id="launch">Launch a rally</h2>
        <TextInput
          label="What do you sell?"
          placeholder="A tent for two"
          maxLength={120}
          value={typed.fields['title'] ?? ''}
          error={faultOf('title')}
          onChange={(event) => set('title', event.currentTarget.value)}
        />
        <Textarea
          label="What does one unit bring, and how?"
          rows={2}
          value={typed.fields['rules'] ?? ''}
          error={faultOf('rules')}
          onChange={(event) => set('rules', event.currentTarget.value)}
        />
        <TiersEditor
          tiers={typed.tiers}
          fault={faults['tiers'] ?? answered['tiers']}
          onTiers={(tiers) => setTyped((now) => ({ ...now, tiers }))}
        />
        <Counts typed={typed} faultOf={faultOf} set={set} />
        <Times typed={typed} faultOf={faultOf} set={set} />
      </section>
      <Side result={result} bps={fees.rally} act={act} />
    </form>
  );
}

export function LaunchForm(props: { readonly seller: string }) {
  const fees = useQuery(feesQuery());
  if (fees.data) return <Form seller={props.seller} fees={fees.data} />;
  if (fees.isError) return <Failure error={fees.error} retry={() => void fees.refetch()} />;
  return <Skeleton lines={8} height={36} />;
}
