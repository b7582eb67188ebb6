/** Who is here: found by handle, or listed by role; his roles, his Points, and whether he is frozen. */
import { Button, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ApiError } from '../api.js';
import { count, points } from '../figures.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { Empty, Failure, Skeleton } from '../parts/states.js';
import { useWho } from '../session.js';
import type { Role } from '../wire.js';
import { ActButton } from './acts.js';
import { GrantForm } from './grant-form.js';
import { type AccountFilter, accountQuery, accountsQuery } from './queries-house.js';
import type { Account } from './wire-house.js';

const ROLES = [
  ['admin', 'keeps house', 'Admin'],
  ['seller', 'launches rallies', 'Seller'],
  ['source', 'reports facts', 'Source'],
] as const satisfies readonly (readonly [Role, string, string])[];

function RoleLine(props: { readonly account: Account; readonly role: (typeof ROLES)[number] }) {
  const {
    account,
    role: [role, does, name],
  } = props;
  const has = account.roles.includes(role);
  const act = has ? 'revoke' : 'grant';
  return (
    <li className="house-line spread">
      <span>
        <b>{name}</b> <span className="quiet">{does}</span>
      </span>
      <ActButton
        key={act}
        label={has ? `Take ${role} away` : `Make ${role}`}
        title={has ? `${account.handle} is ${role} no more` : `${account.handle} becomes ${role}`}
        verb={has ? 'Take it away' : 'Give it'}
        path="/v1/admin/roles"
        body={() => ({ account: account.account, role, act })}
        isDangerous={has}
        done={has ? 'The role is gone.' : 'The role is his.'}
      >
        <p>
          {has
            ? `What ${account.handle} does as ${role} is refused from now on, everywhere.`
            : `From now on ${account.handle} ${does}. It stands in the journal who gave it.`}
        </p>
      </ActButton>
    </li>
  );
}

function FreezeButton(props: { readonly account: Account }) {
  const { account, handle, frozen } = props.account;
  const verb = frozen ? 'unfreeze' : 'freeze';
  return (
    <ActButton
      key={verb}
      label={frozen ? 'Unfreeze' : 'Freeze'}
      title={`${frozen ? 'Unfreeze' : 'Freeze'} ${handle}`}
      verb={frozen ? 'Unfreeze' : 'Freeze'}
      path={`/v1/admin/${verb}`}
      reason="Why?"
      body={(reason) => ({ account, reason })}
      isDangerous={!frozen}
      done={frozen ? `${handle} can act again.` : `${handle} is frozen.`}
    >
      <p>
        {frozen
          ? `${handle} can trade, join and act again.`
          : `Whatever ${handle} asks for is refused until somebody unfreezes him. What he holds stays his.`}
      </p>
    </ActButton>
  );
}

function AccountCard(props: { readonly account: Account }) {
  const { account } = props;
  return (
    <section className="card pad stack" aria-label={`Account of ${account.handle}`}>
      <div className="house-line spread">
        <div>
          <h2 className="tight">
            {account.handle}{' '}
            {account.frozen && (
              <span className="tag" data-status="cancelled">
                Frozen
              </span>
            )}
          </h2>
          <p className="quiet">
            <code className="break">{account.account}</code>
          </p>
        </div>
        <FreezeButton account={account} />
      </div>
      <dl className="lines">
        <dt>Points</dt>
        <dd className="figures">{points(account.points)}</dd>
        <dt>Markets entered</dt>
        <dd className="figures">{count(account.markets)}</dd>
        <dt>Opened as number</dt>
        <dd className="figures">{count(account.number)}</dd>
      </dl>
      <ul className="stack tight">
        {ROLES.map((role) => (
          <RoleLine key={role[0]} account={account} role={role} />
        ))}
      </ul>
      <GrantForm to={account.account} name={account.handle} />
      <p className="quiet">
        Another key for somebody is made by the operator alone, beside the data:{' '}
        <code>POST /v1/admin/keys</code> with the node’s own token.
      </p>
    </section>
  );
}

function Found(props: { readonly handle: string }) {
  const who = useWho();
  const found = useQuery({ ...accountQuery(who?.id ?? '', props.handle), retry: false });
  if (found.data) return <AccountCard account={found.data} />;
  if (found.error instanceof ApiError && found.error.status === 404) {
    return (
      <section className="card">
        <Empty>Nobody is called {props.handle}, and it is no id.</Empty>
      </section>
    );
  }
  if (found.isError) return <Failure error={found.error} retry={() => void found.refetch()} />;
  return <Skeleton lines={4} height={40} />;
}

const FILTERS = [
  ['All', {}],
  ['Admins', { role: 'admin' }],
  ['Sellers', { role: 'seller' }],
  ['Sources', { role: 'source' }],
  ['Frozen', { frozen: 'true' }],
] as const satisfies readonly (readonly [string, AccountFilter])[];

const columnsFor = (onPick: (handle: string) => void): readonly Column<Account>[] => [
  {
    id: 'handle',
    name: 'Handle',
    cell: ({ handle }) => (
      <button type="button" className="plain cell-name" onClick={() => onPick(handle)}>
        {handle}
      </button>
    ),
  },
  {
    id: 'roles',
    name: 'Roles',
    cell: ({ roles, frozen }) => [...roles, ...(frozen ? ['frozen'] : [])].join(', ') || '–',
  },
  {
    id: 'markets',
    name: 'Markets',
    cell: (one) => count(one.markets),
    isFigure: true,
    isWide: true,
  },
  { id: 'points', name: 'Points', cell: (one) => points(one.points), isFigure: true },
];

function List(props: { readonly onPick: (handle: string) => void }) {
  const who = useWho();
  const [name, setName] = useState<string>('All');
  const filter: AccountFilter = FILTERS.find(([one]) => one === name)?.[1] ?? {};
  const query = useInfiniteQuery(accountsQuery(who?.id ?? '', filter));
  const { onPick } = props;
  const columns = useMemo(() => columnsFor(onPick), [onPick]);
  return (
    <section className="card pad stack" aria-label="Accounts">
      <div className="chips small">
        {FILTERS.map(([one]) => (
          <button
            key={one}
            type="button"
            className="chip"
            aria-pressed={one === name}
            onClick={() => setName(one)}
          >
            {one}
          </button>
        ))}
      </div>
      <DataTable
        caption="Accounts"
        columns={columns}
        rows={query.data?.pages.flatMap((page) => page.items)}
        keyOf={({ account }) => account}
        empty="Nobody."
        error={query.error}
        onRetry={() => void query.refetch()}
        onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
        isReadingMore={query.isFetchingNextPage}
      />
    </section>
  );
}

export function Users() {
  const [typed, setTyped] = useState('');
  const [handle, setHandle] = useState('');
  const pick = (next: string): void => {
    setTyped(next);
    setHandle(next);
  };
  return (
    <>
      <form
        className="house-line end"
        onSubmit={(event) => {
          event.preventDefault();
          setHandle(typed.trim());
        }}
      >
        <TextInput
          className="grow"
          label="Handle or id"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit">Find</Button>
      </form>
      {handle !== '' && <Found key={handle} handle={handle} />}
      <List onPick={pick} />
    </>
  );
}
