/** Coming in with an address and a password. */
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { post } from '../api.js';
import { usePageTitle } from '../hooks.js';
import { FormFault, useFormFaults } from '../parts/forms.js';
import { entered, type Session } from '../session.js';

const FIELDS = ['email', 'password'] as const;

export function SignInPage() {
  usePageTitle('Sign in');
  const navigate = useNavigate();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => post<Session>('/v1/auth/sign-in', { email, password }),
    onSuccess: (session) => {
      entered(session);
      void navigate({ to: '/' });
    },
  });
  const faults = useFormFaults(signIn.error, FIELDS);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form className="card pad narrow" onSubmit={submit}>
      <Stack gap="md">
        <h1>Sign in</h1>
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="email"
          required
          value={email}
          error={faults.of('email')}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          value={password}
          error={faults.of('password')}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <FormFault faults={faults} />
        <Button type="submit" loading={signIn.isPending}>
          Sign in
        </Button>
        <p className="quiet">
          <Link to="/forgot">Forgot your password?</Link> ·{' '}
          <Link to="/sign-up">Open an account</Link>
        </p>
      </Stack>
    </form>
  );
}
