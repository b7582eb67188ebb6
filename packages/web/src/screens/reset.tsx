/** Behind the link of a forgotten password: a new one, and every session ends. */
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../api.js';
import { usePageTitle } from '../hooks.js';
import { DoorForm, DoorNote, isCode, letterToken, PasswordField } from '../parts/door.js';
import { useFormFaults } from '../parts/forms.js';
import { left } from '../session.js';

const FIELDS = ['password'] as const;

export function ResetPage() {
  usePageTitle('New password');
  const [token] = useState(letterToken);
  const [password, setPassword] = useState('');
  const reset = useMutation({
    mutationFn: () => post('/v1/auth/reset', { token, password }),
    onSuccess: left,
  });
  const faults = useFormFaults(reset.error, FIELDS);
  if (token === '' || isCode(reset.error, 'link_unknown')) {
    return (
      <DoorNote title="This link says nothing">
        <p>
          It was used, its hour is over, or a part of it is missing.{' '}
          <Link to="/forgot">Ask for another one.</Link>
        </p>
      </DoorNote>
    );
  }
  if (reset.isSuccess) {
    return (
      <DoorNote title="Your new password is set">
        <p>Every session has ended. API keys still work.</p>
        <p>
          <Link to="/sign-in">Sign in</Link>
        </p>
      </DoorNote>
    );
  }
  return (
    <DoorForm
      title="Set a new password"
      verb="Set it"
      isBusy={reset.isPending}
      faults={faults}
      onSubmit={() => reset.mutate()}
    >
      <PasswordField
        is="new"
        label="New password"
        value={password}
        onChange={setPassword}
        fault={faults.of('password')}
      />
    </DoorForm>
  );
}
