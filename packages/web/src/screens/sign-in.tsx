/** Coming in with an address and a password. */
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../api.js';
import { useGoBack } from '../back.js';
import { usePageTitle } from '../hooks.js';
import { DoorForm, EmailField, PasswordField } from '../parts/door.js';
import { useFormFaults } from '../parts/forms.js';
import { entered, type Session, setApiKey } from '../session.js';

const FIELDS = ['email', 'password'] as const;

export function SignInPage() {
  usePageTitle('Sign in');
  const goBack = useGoBack();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => post<Session>('/v1/auth/sign-in', { email, password }),
    onSuccess: (session) => {
      setApiKey(undefined);
      entered(session);
      goBack();
    },
  });
  const faults = useFormFaults(signIn.error, FIELDS);
  return (
    <DoorForm
      title="Sign in"
      verb="Sign in"
      isBusy={signIn.isPending}
      faults={faults}
      onSubmit={() => signIn.mutate()}
      below={
        <>
          <Link to="/forgot">Forgot your password?</Link> ·{' '}
          <Link to="/sign-up">Open an account</Link>
        </>
      }
    >
      <EmailField value={email} onChange={setEmail} fault={faults.of('email')} />
      <PasswordField
        is="current"
        value={password}
        onChange={setPassword}
        fault={faults.of('password')}
      />
    </DoorForm>
  );
}
