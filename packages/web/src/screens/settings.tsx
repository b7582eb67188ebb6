/** What somebody sets for himself here; and the way to be forgotten. */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api.js';
import { usePageTitle } from '../hooks.js';
import { useMe } from '../me.js';
import { ConfirmDialog } from '../parts/confirm-dialog.js';
import { Segments } from '../parts/segments.js';
import { SignedOut } from '../parts/states.js';
import { left, useWho } from '../session.js';
import { chooseTheme, useThemeChoice } from '../theme.js';
import { toast } from '../toast.js';
import { errorWords } from '../words.js';

function DeleteMe() {
  const expected = useMe().me?.handle;
  const [isOpen, setOpen] = useState(false);
  const [handle, setHandle] = useState('');
  const [password, setPassword] = useState('');
  const erase = useMutation({
    mutationFn: () => call('/v1/me', { method: 'DELETE', body: { handle, password } }),
    onSuccess: () => {
      left();
      void toast({ says: 'Your account is gone.' });
    },
  });
  return (
    <section className="card pad" aria-labelledby="delete">
      <h2 id="delete">Delete me</h2>
      <p className="quiet">
        Handle, e-mail, texts, keys and sessions go. The journal keeps a random id.
      </p>
      <Button color="down" variant="outline" onClick={() => setOpen(true)}>
        Delete my account
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        title="Delete my account"
        verb="Delete for ever"
        isDangerous
        isBusy={erase.isPending}
        fault={erase.error === null ? undefined : errorWords(erase.error)}
        onConfirm={() => erase.mutate()}
        onClose={() => setOpen(false)}
      >
        <TextInput
          label={`Type your handle${expected === undefined ? '' : `, ${expected}`}`}
          value={handle}
          onChange={(event) => setHandle(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      </ConfirmDialog>
    </section>
  );
}

export function SettingsPage() {
  usePageTitle('Settings');
  const theme = useThemeChoice();
  const who = useWho();
  return (
    <div className="stack">
      <h1>Settings</h1>
      <section className="card pad" aria-labelledby="theme">
        <h2 id="theme">Theme</h2>
        <Segments
          label="Theme"
          value={theme}
          options={[
            ['light', 'Light'],
            ['dark', 'Dark'],
            ['system', 'System'],
          ]}
          onChange={chooseTheme}
        />
      </section>
      {who?.by === 'session' ? (
        <DeleteMe />
      ) : (
        <SignedOut>Sign in to see your account here.</SignedOut>
      )}
    </div>
  );
}
