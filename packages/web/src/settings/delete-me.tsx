/** The way to be forgotten, and what cannot be. */
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../api.js';
import { ConfirmDialog } from '../parts/confirm-dialog.js';
import { isCode, PasswordField } from '../parts/door.js';
import { useFormFaults } from '../parts/forms.js';
import { left, setApiKey, type Who } from '../session.js';
import { toast } from '../toast.js';

export function DeleteMe(props: { readonly who: Who; readonly handle: string }) {
  const { who, handle } = props;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [password, setPassword] = useState('');
  const erase = useMutation({
    mutationFn: () => {
      const body = { handle: typed.trim(), ...(who.by === 'session' ? { password } : {}) };
      return call('/v1/me', { method: 'DELETE', body });
    },
    onSuccess: () => {
      left();
      setApiKey(undefined);
      queries.clear();
      void navigate({ to: '/' });
      void toast({ says: 'Your account is gone. The journal keeps a random id.' });
    },
  });
  const isWrong = isCode(erase.error, 'sign_in_wrong');
  const faults = useFormFaults(isWrong ? undefined : erase.error, ['handle', 'password']);
  return (
    <section className="card pad" aria-labelledby="delete">
      <h2 id="delete">Delete me</h2>
      <dl className="fate">
        <dt>Erased</dt>
        <dd>Handle, e-mail, password, texts, keys, sessions, settings, notifications.</dd>
        <dt>Stays</dt>
        <dd>
          The journal: trades, pledges and Points under a random id that leads to nobody. Open
          positions stay under it, and nobody can trade them.
        </dd>
      </dl>
      <Button color="down" variant="outline" onClick={() => setOpen(true)}>
        Delete my account
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        title="Delete my account"
        verb="Delete for ever"
        isDangerous
        isBusy={erase.isPending}
        fault={faults.whole}
        onConfirm={() => erase.mutate()}
        onClose={() => setOpen(false)}
      >
        <p>It cannot be undone, and nobody can bring it back.</p>
        <TextInput
          label={`Type your handle, ${handle}`}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={typed}
          error={faults.of('handle')}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {who.by === 'session' && (
          <PasswordField
            is="current"
            value={password}
            onChange={setPassword}
            fault={isWrong ? 'This is not your password.' : faults.of('password')}
          />
        )}
      </ConfirmDialog>
    </section>
  );
}
