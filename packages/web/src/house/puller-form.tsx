/** A puller, new or as it stands, and beside it what it would come to. */
import { Button, Checkbox, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { call, post } from '../api.js';
import { toast } from '../toast.js';
import { useReadAgain } from './acts.js';
import { PersonField } from './person-field.js';
import {
  BLANK,
  faultsOf,
  type Filling,
  namesOf,
  typedOf,
  wantedOf,
  type TypedPuller,
} from './puller-draft.js';
import { CountRows, MarketRows } from './puller-rows.js';
import { TryOut } from './puller-trial.js';
import type { Puller, Trial } from './wire-letters.js';
import './forms.css';

interface PathField {
  readonly name: string;
  readonly label: string;
  readonly says?: string;
  readonly hint?: string;
}

const CALLED: readonly PathField[] = [
  { name: 'name', label: 'Name', hint: 'World Cup' },
  { name: 'every_s', label: 'Looks every, s' },
];
const ADDRESS: PathField = {
  name: 'url',
  label: 'Address',
  hint: 'https://feed.example.com/live.json',
};
const SEEN: readonly PathField[] = [
  {
    name: 'mapping.items',
    label: 'List of items at',
    says: 'Empty: the whole answer.',
    hint: 'data.matches',
  },
  { name: 'mapping.item', label: 'Id of an item at', hint: 'id' },
  {
    name: 'mapping.names',
    label: 'Names at',
    says: 'One or more, with commas.',
    hint: 'home.name, away.name',
  },
  {
    name: 'mapping.minute',
    label: 'Minute at',
    says: 'Empty: none is shown.',
    hint: 'clock.minute',
  },
];
const STATUS: readonly PathField[] = [
  { name: 'mapping.status.path', label: 'Status at', says: 'Empty: all are live.', hint: 'status' },
  { name: 'mapping.status.scheduled', label: 'To come', hint: 'NS' },
  { name: 'mapping.status.live', label: 'Live', hint: '1H, HT, 2H' },
  { name: 'mapping.status.finished', label: 'Over', hint: 'FT' },
];
const WAITS: readonly PathField[] = [
  { name: 'mapping.hold_s', label: 'A result stands for, s' },
  { name: 'mapping.falls_after', label: 'A fall is shown so often' },
];

function Text(props: Filling & { readonly field: PathField }) {
  const { field, typed, faultOf, set } = props;
  const { name, label, says, hint } = field;
  return (
    <TextInput
      label={label}
      {...(says !== undefined && { description: says })}
      placeholder={hint ?? ''}
      value={typed.fields[name] ?? ''}
      error={faultOf(name)}
      onChange={(event) => set(name, event.currentTarget.value)}
      spellCheck={false}
      autoCapitalize="off"
    />
  );
}

const Texts = (props: Filling & { readonly fields: readonly PathField[] }) => (
  <div className="paths">
    {props.fields.map((field) => (
      <Text
        key={field.name}
        field={field}
        typed={props.typed}
        faultOf={props.faultOf}
        set={props.set}
      />
    ))}
  </div>
);

function Where(props: Filling & { readonly known: Puller | undefined }) {
  const { typed, faultOf, set, known } = props;
  const kept = known?.headers ?? [];
  const onAccount = useCallback((account: string) => set('source', account), [set]);
  return (
    <>
      <Texts {...props} fields={CALLED} />
      <Text {...props} field={ADDRESS} />
      <PersonField
        label="Whose facts they are"
        description="An account with the role source: a handle or an id."
        value={typed.fields['source'] ?? ''}
        error={faultOf('source')}
        onAccount={onAccount}
      />
      <details className="house-more">
        <summary>What is sent along{kept.length > 0 && `: ${kept.join(', ')}`}</summary>
        <div className="stack tight">
          <Textarea
            label="Headers"
            description={
              kept.length > 0
                ? 'Empty: they stay. Else these instead.'
                : 'One a line. They are told to nobody.'
            }
            placeholder="X-Api-Key: abc"
            rows={2}
            value={typed.fields['headers'] ?? ''}
            error={faultOf('headers')}
            onChange={(event) => set('headers', event.currentTarget.value)}
            spellCheck={false}
          />
          {kept.length > 0 && (
            <Checkbox
              label="Send nothing along any more"
              checked={typed.fields['clears'] === 'yes'}
              onChange={(event) => set('clears', event.currentTarget.checked ? 'yes' : '')}
            />
          )}
        </div>
      </details>
    </>
  );
}

interface WhatProps extends Filling {
  readonly known: Puller | undefined;
  readonly onTyped: (change: (now: TypedPuller) => TypedPuller) => void;
}

function What(props: WhatProps) {
  const { known, onTyped, ...filling } = props;
  const { typed, faultOf } = filling;
  return (
    <section className="card pad stack" aria-label="The puller">
      <Where {...filling} known={known} />
      <div className="mapping-head">
        <h3>What it sees</h3>
        <p className="quiet">A path leads through fields and places in lists: teams.0.goals.</p>
      </div>
      <Texts {...filling} fields={SEEN} />
      <Texts {...filling} fields={STATUS} />
      <CountRows
        rows={typed.counts}
        faultOf={faultOf}
        onRows={(counts) => onTyped((now) => ({ ...now, counts }))}
      />
      <MarketRows
        rows={typed.markets}
        faultOf={faultOf}
        onRows={(markets) => onTyped((now) => ({ ...now, markets }))}
      />
      <Texts {...filling} fields={WAITS} />
    </section>
  );
}

export interface PullerFormProps {
  /** Absent: a new one. */
  readonly known?: Puller;
  readonly onDone: () => void;
}

/** Not kept to be sent again after a reload, as money is: what goes along may be secret. */
function useSending({ known, onDone }: PullerFormProps) {
  const readAgain = useReadAgain();
  const path = '/v1/admin/pullers';
  const saved = useMutation({
    mutationFn: (body: object) =>
      known === undefined
        ? post<Puller>(path, body)
        : call<Puller>(`${path}/${known.id}`, { method: 'PATCH', body }),
    onSuccess: ({ name }) => {
      readAgain();
      void toast({ says: `${name} is saved.`, tone: 'good' });
      onDone();
    },
  });
  const tried = useMutation({
    mutationFn: (asked: object) =>
      post<Trial>(`${path}/try`, known === undefined ? asked : { ...asked, puller: known.id }),
    onMutate: () => saved.reset(),
  });
  return { saved, tried };
}

export function PullerForm(props: PullerFormProps) {
  const { known, onDone } = props;
  const [typed, setTyped] = useState(() => (known ? typedOf(known) : BLANK));
  const [wasSent, setSent] = useState(false);
  const { saved, tried } = useSending(props);
  const wanted = wantedOf(typed, (known?.headers.length ?? 0) > 0);
  const said = faultsOf(saved.error ?? tried.error, namesOf(typed));
  const faultOf = (field: string): string | undefined =>
    wasSent ? (wanted.faults[field] ?? said.at[field]) : undefined;
  const set = useCallback(
    (name: string, text: string): void =>
      setTyped((now) => ({ ...now, fields: { ...now.fields, [name]: text } })),
    [],
  );
  const filling = { typed, faultOf, set };
  const isFit = Object.keys(wanted.faults).length === 0;
  const send = (go: () => void, mayLack: readonly string[] = []): void => {
    setSent(true);
    if (Object.keys(wanted.faults).every((field) => mayLack.includes(field))) go();
  };
  return (
    <form
      className="launch"
      noValidate
      aria-label={known ? `Change ${known.name}` : 'New puller'}
      onSubmit={(event) => {
        event.preventDefault();
        send(() => saved.mutate(wanted.body));
      }}
    >
      <What {...filling} known={known} onTyped={setTyped} />
      <section className="card pad stack launch-side" aria-label="What it would come to">
        <TryOut
          {...filling}
          wanted={wanted}
          isBusy={tried.isPending}
          trial={tried.data}
          // A name is of no matter to what it would come to.
          onTry={(asked) =>
            send(() => tried.mutate(asked), 'answer' in asked ? ['name', 'url'] : ['name'])
          }
        />
        <Checkbox
          label="On: it looks from now on, in my name"
          checked={typed.fields['on'] === 'yes'}
          onChange={(event) => set('on', event.currentTarget.checked ? 'yes' : '')}
        />
        {said.whole !== undefined && (
          <p role="alert" className="note" data-tone="bad">
            {said.whole}
          </p>
        )}
        {wasSent && !isFit && (
          <p role="alert" className="note" data-tone="bad">
            Something is missing or wrong: see the fields.
          </p>
        )}
        <Button type="submit" size="md" fullWidth loading={saved.isPending}>
          {known ? 'Save' : 'Make the puller'}
        </Button>
        <Button variant="subtle" fullWidth onClick={onDone}>
          Leave it
        </Button>
      </section>
    </form>
  );
}
