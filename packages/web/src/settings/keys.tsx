/** Keys for programs: made with a name and what they may, shown once, revoked at once. */
import { Button, Checkbox, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, post } from '../api.js';
import { day } from '../figures.js';
import { useHasRole } from '../me.js';
import { ConfirmDialog } from '../parts/confirm-dialog.js';
import { CopyButton } from '../parts/copy-button.js';
import { FormFault, useFormFaults } from '../parts/forms.js';
import { TimeAgo } from '../parts/figures.js';
import { Empty, Failure, Skeleton } from '../parts/states.js';
import { keysQuery } from '../people-queries.js';
import type { MadeKey, OwnKey, Scope } from '../people-wire.js';
import { errorWords } from '../words.js';

const FIELDS = ['name', 'scopes'] as const;
const SCOPE_SAYS = {
  read: 'Read: what is mine',
  trade: 'Trade: orders, joins, settings',
  admin: 'Admin: keep house',
} as const satisfies Record<Scope, string>;
const ALL = ['read', 'trade', 'admin'] as const;

function Shown(props: { readonly made: MadeKey; readonly onDone: () => void }) {
  const { made } = props;
  return (
    <div className="note once" data-tone="good" role="status">
      <p>
        <b>{made.name}</b> is made. Copy it now: it is never shown again.
      </p>
      <p>
        <code className="secret">{made.key}</code> <CopyButton text={made.key} label="Copy" />
      </p>
      <button type="button" className="button small" onClick={props.onDone}>
        I have it
      </button>
    </div>
  );
}

function NewKey(props: { readonly onMade: (made: MadeKey) => void }) {
  const isAdmin = useHasRole('admin');
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read', 'trade']);
  const make = useMutation({
    mutationFn: () => post<MadeKey>('/v1/me/keys', { name: name.trim(), scopes }),
    onSuccess: (made) => {
      setName('');
      props.onMade(made);
    },
  });
  const faults = useFormFaults(make.error, FIELDS);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate();
  };
  const turn = (scope: Scope): void =>
    setScopes((had) => ALL.filter((one) => had.includes(one) !== (one === scope)));
  return (
    <form onSubmit={submit} className="set-form">
      <Stack gap="sm">
        <TextInput
          label="Name of the new key"
          placeholder="My bot"
          maxLength={60}
          required
          value={name}
          error={faults.of('name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <fieldset>
          <legend className="quiet">What it may do</legend>
          <Stack gap="xs">
            {ALL.filter((one) => one !== 'admin' || isAdmin).map((scope) => (
              <Checkbox
                key={scope}
                label={SCOPE_SAYS[scope]}
                checked={scopes.includes(scope)}
                onChange={() => turn(scope)}
              />
            ))}
          </Stack>
        </fieldset>
        <FormFault faults={faults} />
        <Button
          type="submit"
          variant="default"
          loading={make.isPending}
          disabled={scopes.length === 0}
        >
          Make a key
        </Button>
      </Stack>
    </form>
  );
}

function KeyLine(props: { readonly own: OwnKey; readonly onRevoke: () => void }) {
  const { own } = props;
  return (
    <li className="notice">
      <span>
        <b>{own.name}</b> <code>…{own.last4}</code>
        <span className="quiet set-line">
          {own.scopes.join(', ')} ·{' '}
          {own.used === null ? (
            'never used'
          ) : (
            <>
              used <TimeAgo at={own.used} />
            </>
          )}{' '}
          · made {day(own.created)}
        </span>
      </span>
      <button type="button" className="button small" onClick={props.onRevoke}>
        Revoke<span className="hidden"> {own.name}</span>
      </button>
    </li>
  );
}

export function Keys(props: { readonly who: string }) {
  const queries = useQueryClient();
  const keys = useQuery(keysQuery(props.who));
  const [made, setMade] = useState<MadeKey>();
  const [doomed, setDoomed] = useState<OwnKey>();
  const read = (): void =>
    void queries.invalidateQueries({ queryKey: keysQuery(props.who).queryKey });
  const revoke = useMutation({
    mutationFn: (id: string) => call(`/v1/me/keys/${id}`, { method: 'DELETE', body: {} }),
    onSuccess: () => setDoomed(undefined),
    onSettled: read,
  });
  return (
    <section className="card pad" aria-labelledby="keys">
      <h2 id="keys">API keys</h2>
      {keys.isPending && <Skeleton lines={2} height={44} />}
      {keys.isError && <Failure error={keys.error} retry={() => void keys.refetch()} />}
      {keys.data?.items.length === 0 && <Empty>No program acts for you.</Empty>}
      <ul>
        {keys.data?.items.map((own) => (
          <KeyLine key={own.id} own={own} onRevoke={() => setDoomed(own)} />
        ))}
      </ul>
      {made && <Shown made={made} onDone={() => setMade(undefined)} />}
      <NewKey
        onMade={(key) => {
          setMade(key);
          read();
        }}
      />
      <ConfirmDialog
        isOpen={doomed !== undefined}
        title="Revoke a key"
        verb="Revoke"
        isDangerous
        isBusy={revoke.isPending}
        fault={revoke.error === null ? undefined : errorWords(revoke.error)}
        onConfirm={() => doomed && revoke.mutate(doomed.id)}
        onClose={() => setDoomed(undefined)}
      >
        <p>
          Programs with <b>{doomed?.name}</b> are refused from now on, and its sockets are closed.
          It cannot be undone.
        </p>
      </ConfirmDialog>
    </section>
  );
}
