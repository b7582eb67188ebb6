/** Prices I wait for: each rings once, with the first price there. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useDeferredValue, useId, useState } from 'react';
import { call, get, post } from '../api.js';
import { points, typedAmount } from '../figures.js';
import { alertsQuery } from '../people-queries.js';
import type { PriceAlert } from '../people-wire.js';
import { marketQuery } from '../queries.js';
import { toast } from '../toast.js';
import type { Market, Page } from '../wire.js';
import { errorWords } from '../words.js';
import { FormFault, useFormFaults } from './forms.js';
import { MarketName } from './market-name.js';
import { Empty, Failure, Skeleton } from './states.js';

const FIELDS = ['market', 'outcome', 'above', 'below'] as const;
const FOUND_MAX = 12;
const WHEN = [
  { value: 'above', label: 'at or above' },
  { value: 'below', label: 'at or below' },
];

function AlertLine(props: { readonly alert: PriceAlert; readonly onDrop: () => void }) {
  const { market, outcome, above, below } = props.alert;
  return (
    <li className="notice">
      <span>
        <MarketName id={market} />
        {outcome !== undefined && `, ${outcome}`}:{' '}
        {above === undefined ? 'at or below' : 'at or above'}{' '}
        <b className="figures">{points(above ?? below, 4)}</b>
      </span>
      <button type="button" className="button small" onClick={props.onDrop}>
        Drop<span className="hidden"> the alert of {market}</span>
      </button>
    </li>
  );
}

/** Markets whose title has what is typed. */
function useFound(text: string): readonly Market[] {
  const search = useDeferredValue(text.trim());
  const found = useQuery({
    queryKey: ['markets', 'found', search],
    queryFn: ({ signal }) =>
      get<Page<Market>>('/v1/markets', { search, status: 'open', limit: FOUND_MAX }, signal),
    enabled: search.length > 1,
    staleTime: 60_000,
  });
  return found.data?.items ?? [];
}

/** The market meant: by its id, or by its whole title. */
const meant = (text: string, found: readonly Market[]): string =>
  found.find(({ id, title }) => id === text || title === text)?.id ?? text.trim();

/** The market that is typed, found by its title as it is typed. */
function MarketField(props: {
  readonly value: string;
  readonly found: readonly Market[];
  readonly fault: string | undefined;
  readonly onChange: (text: string) => void;
}) {
  const list = useId();
  return (
    <>
      <TextInput
        label="Market"
        placeholder="Search by title"
        list={list}
        autoComplete="off"
        required
        value={props.value}
        error={props.fault}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      />
      <datalist id={list}>
        {props.found.map(({ id, title }) => (
          <option key={id} value={title}>
            {title}
          </option>
        ))}
      </datalist>
    </>
  );
}

/** Names of the outcomes of a market that was found; none where it has but one kind of share. */
function useOutcomes(market: string, isKnown: boolean): readonly string[] {
  const outcomes = useQuery({ ...marketQuery(market), enabled: isKnown }).data?.outcomes ?? [];
  return outcomes.flatMap((one) => (one.outcome === undefined ? [] : [one.outcome]));
}

interface Wanted {
  readonly market: string;
  readonly outcome: string | undefined;
  readonly when: 'above' | 'below';
  readonly price: string;
}

function useMake(who: string, onMade: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ market, outcome, when, price }: Wanted) =>
      post('/v1/me/alerts', {
        market,
        ...(outcome === undefined ? {} : { outcome }),
        [when]: typedAmount(price) ?? price,
      }),
    onSuccess: () => {
      onMade();
      void queries.invalidateQueries({ queryKey: alertsQuery(who).queryKey });
    },
  });
}

function NewAlert(props: { readonly who: string }) {
  const [text, setText] = useState('');
  const [named, setNamed] = useState('');
  const [when, setWhen] = useState<'above' | 'below'>('above');
  const [price, setPrice] = useState('');
  const found = useFound(text);
  const market = meant(text, found);
  const names = useOutcomes(
    market,
    found.some(({ id }) => id === market),
  );
  const outcome = names.includes(named) ? named : names[0];
  const make = useMake(props.who, () => {
    setText('');
    setPrice('');
  });
  const faults = useFormFaults(make.error, FIELDS);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate({ market, outcome, when, price });
  };
  return (
    <form className="alert-form" onSubmit={submit}>
      <MarketField value={text} found={found} fault={faults.of('market')} onChange={setText} />
      {names.length > 0 && (
        <NativeSelect
          label="Outcome"
          data={[...names]}
          value={outcome ?? ''}
          error={faults.of('outcome')}
          onChange={(event) => setNamed(event.currentTarget.value)}
        />
      )}
      <NativeSelect
        label="When the price is"
        data={WHEN}
        value={when}
        onChange={(event) => setWhen(event.currentTarget.value === 'below' ? 'below' : 'above')}
      />
      <TextInput
        label="Points a share"
        inputMode="decimal"
        required
        value={price}
        error={faults.of('above') ?? faults.of('below')}
        onChange={(event) => setPrice(event.currentTarget.value)}
      />
      <Button type="submit" loading={make.isPending}>
        Wait for it
      </Button>
      <FormFault faults={faults} />
    </form>
  );
}

export function Alerts(props: { readonly who: string }) {
  const queries = useQueryClient();
  const alerts = useQuery(alertsQuery(props.who));
  const drop = useMutation({
    mutationFn: (id: string) => call(`/v1/me/alerts/${id}`, { method: 'DELETE', body: {} }),
    onError: (error) => void toast({ says: errorWords(error), tone: 'bad' }),
    onSettled: () => void queries.invalidateQueries({ queryKey: alertsQuery(props.who).queryKey }),
  });
  const items = alerts.data?.items;
  return (
    <section className="card pad" aria-labelledby="alerts">
      <h2 id="alerts">Price alerts</h2>
      {alerts.isPending && <Skeleton lines={2} height={32} />}
      {alerts.isError && <Failure error={alerts.error} retry={() => void alerts.refetch()} />}
      {items?.length === 0 && <Empty>You wait for no price.</Empty>}
      {items && items.length > 0 && (
        <ul>
          {items.map((alert) => (
            <AlertLine key={alert.id} alert={alert} onDrop={() => drop.mutate(alert.id)} />
          ))}
        </ul>
      )}
      <NewAlert who={props.who} />
    </section>
  );
}
