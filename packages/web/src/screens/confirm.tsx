/** Behind the link of a sign-up: one act, and the account is there. */
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../api.js';
import { useGoBack } from '../back.js';
import { usePageTitle } from '../hooks.js';
import { DoorForm, DoorNote, HandleField, isCode, letterToken } from '../parts/door.js';
import { useFormFaults } from '../parts/forms.js';
import { entered, type Session, setApiKey } from '../session.js';

const FIELDS = ['handle'] as const;

function NoLink() {
  return (
    <DoorNote title="This link says nothing">
      <p>
        It was used, its time is over, or a part of it is missing. Copy the whole link from the
        letter, or <Link to="/sign-up">open an account</Link> again.
      </p>
      <p className="quiet">
        It worked before? Then <Link to="/sign-in">sign in</Link>.
      </p>
    </DoorNote>
  );
}

export function ConfirmPage() {
  usePageTitle('Confirm');
  const goBack = useGoBack();
  const [token] = useState(letterToken);
  const [handle, setHandle] = useState('');
  const [isTaken, setTaken] = useState(false);
  const confirm = useMutation({
    mutationFn: () =>
      post<Session>('/v1/auth/confirm', { token, ...(isTaken ? { handle: handle.trim() } : {}) }),
    onSuccess: (session) => {
      setApiKey(undefined);
      entered(session);
      goBack();
    },
    onError: (error) => setTaken((was) => was || isCode(error, 'handle_taken')),
  });
  const wantsAnother = isCode(confirm.error, 'handle_taken');
  const faults = useFormFaults(wantsAnother ? undefined : confirm.error, FIELDS);
  if (token === '' || isCode(confirm.error, 'link_unknown')) return <NoLink />;
  return (
    <DoorForm
      title="Your account is ready"
      verb="Come in"
      isBusy={confirm.isPending}
      faults={faults}
      onSubmit={() => confirm.mutate()}
    >
      <p>
        Your address is confirmed with this. You get Points to play with, and can trade at once.
      </p>
      {isTaken && (
        <HandleField
          value={handle}
          onChange={setHandle}
          fault={wantsAnother ? 'Somebody was faster: choose another handle.' : faults.of('handle')}
        />
      )}
    </DoorForm>
  );
}
