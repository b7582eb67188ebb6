/** A way back in for who forgot his password. It never tells whether an address is known. */
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../api.js';
import { usePageTitle } from '../hooks.js';
import { DoorForm, DoorNote, EmailField } from '../parts/door.js';
import { useFormFaults } from '../parts/forms.js';

const FIELDS = ['email'] as const;

export function ForgotPage() {
  usePageTitle('Forgot your password');
  const [email, setEmail] = useState('');
  const forgot = useMutation({ mutationFn: () => post('/v1/auth/forgot', { email }) });
  const faults = useFormFaults(forgot.error, FIELDS);
  if (forgot.isSuccess) {
    return (
      <DoorNote title="Look into your mailbox">
        <p>
          If there is an account with <b>{email}</b>, a letter is on its way. Its link sets a new
          password, once, within an hour.
        </p>
        <p className="quiet">
          <Link to="/sign-in">Back to sign in</Link>
        </p>
      </DoorNote>
    );
  }
  return (
    <DoorForm
      title="Forgot your password?"
      verb="Send me a link"
      isBusy={forgot.isPending}
      faults={faults}
      onSubmit={() => forgot.mutate()}
      below={<Link to="/sign-in">Back to sign in</Link>}
    >
      <p className="quiet">We mail you a link with which you set a new one.</p>
      <EmailField value={email} onChange={setEmail} fault={faults.of('email')} />
    </DoorForm>
  );
}
