/** Opening an account: it says what everybody will see, before anything is typed. */
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../api.js';
import { usePageTitle } from '../hooks.js';
import {
  DoorForm,
  DoorNote,
  EmailField,
  HandleField,
  isCode,
  PasswordField,
} from '../parts/door.js';
import { useFormFaults } from '../parts/forms.js';

const FIELDS = ['handle', 'email', 'password'] as const;

function WhatIsPublic() {
  return (
    <div className="note">
      <b>What is public.</b> Everything an account does stands in the journal for ever, under a
      random id: trades, pledges, balances. Your handle is shown beside that id as long as you want.
      Your e-mail, sessions, keys, settings and notifications are seen by nobody else.
    </div>
  );
}

function Mailed(props: { readonly email: string; readonly onAgain: () => void }) {
  return (
    <DoorNote title="Look into your mailbox">
      <p>
        A letter is on its way to <b>{props.email}</b>. Follow its link within a day, and the
        account is yours.
      </p>
      <p className="quiet">
        Nothing there? Look among the unwanted, or{' '}
        <button type="button" className="plain" onClick={props.onAgain}>
          mend the address and try again
        </button>
        .
      </p>
    </DoorNote>
  );
}

export function SignUpPage() {
  usePageTitle('Open an account');
  const [handle, setHandle] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signUp = useMutation({
    mutationFn: () => post('/v1/auth/sign-up', { handle: handle.trim(), email, password }),
  });
  const isTaken = isCode(signUp.error, 'handle_taken');
  const faults = useFormFaults(isTaken ? undefined : signUp.error, FIELDS);
  if (signUp.isSuccess) return <Mailed email={email} onAgain={() => signUp.reset()} />;
  return (
    <DoorForm
      title="Open an account"
      verb="Open an account"
      isBusy={signUp.isPending}
      faults={faults}
      onSubmit={() => signUp.mutate()}
      below={
        <>
          You have one? <Link to="/sign-in">Sign in</Link>
        </>
      }
    >
      <WhatIsPublic />
      <HandleField
        value={handle}
        onChange={setHandle}
        fault={isTaken ? 'This handle is taken.' : faults.of('handle')}
      />
      <EmailField value={email} onChange={setEmail} fault={faults.of('email')} />
      <PasswordField
        is="new"
        value={password}
        onChange={setPassword}
        fault={faults.of('password')}
      />
    </DoorForm>
  );
}
