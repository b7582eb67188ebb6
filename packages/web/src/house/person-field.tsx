/** Somebody, by handle or id: what is sent is the id, and beside it stands who that is. */
import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useState } from 'react';
import { ApiError } from '../api.js';
import { useWho } from '../session.js';
import { accountQuery } from './queries-house.js';

export function PersonField(props: {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onAccount: (account: string) => void;
}) {
  const { value, onAccount } = props;
  const who = useWho();
  const [typed, setTyped] = useState(value);
  const asked = useDeferredValue(typed.trim());
  const found = useQuery({ ...accountQuery(who?.id ?? '', asked), retry: false });
  // While it is typed on, what was found belongs to the word before.
  const account = asked !== typed.trim() ? undefined : asked === '' ? '' : found.data?.account;
  useEffect(() => {
    if (account !== undefined && account !== value) onAccount(account);
  }, [account, value, onAccount]);
  const isNobody = found.error instanceof ApiError && found.error.status === 404;
  const told =
    found.data && asked !== '' ? `${found.data.handle}, ${found.data.account}` : undefined;
  return (
    <TextInput
      label={props.label}
      description={told ?? props.description}
      value={typed}
      error={isNobody ? 'Nobody is called so.' : props.error}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onAccount('');
      }}
    />
  );
}
