/** A new password, for who knows the old one. */
import { Button, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { renew } from '../api.js';
import { isCode, PasswordField } from '../parts/door.js';
import { FormFault, useFormFaults } from '../parts/forms.js';
import { toast } from '../toast.js';

const FIELDS = ['current', 'password'] as const;

export function Password(props: { readonly handle: string }) {
  const queries = useQueryClient();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const change = useMutation({
    mutationFn: () => renew('/v1/me/password', { current, password }),
    onSuccess: () => {
      setCurrent('');
      setPassword('');
      void toast({
        says: 'Your password is changed; every other session has ended.',
        tone: 'good',
      });
      // What was asked under the old session while it ended got a no.
      void queries.invalidateQueries();
    },
  });
  const isWrong = isCode(change.error, 'sign_in_wrong');
  const faults = useFormFaults(isWrong ? undefined : change.error, FIELDS);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <section className="card pad" aria-labelledby="password">
      <h2 id="password">Password</h2>
      <form onSubmit={submit} className="set-form">
        {/* Password managers want to know whose it is. */}
        <input
          type="text"
          name="username"
          autoComplete="username"
          value={props.handle}
          readOnly
          hidden
        />
        <Stack gap="sm">
          <PasswordField
            is="current"
            label="Current password"
            value={current}
            onChange={setCurrent}
            fault={isWrong ? 'This is not your password.' : faults.of('current')}
          />
          <PasswordField
            is="new"
            label="New password"
            value={password}
            onChange={setPassword}
            fault={faults.of('password')}
          />
          <FormFault faults={faults} />
          <Button type="submit" variant="default" loading={change.isPending}>
            Change it
          </Button>
        </Stack>
      </form>
    </section>
  );
}
