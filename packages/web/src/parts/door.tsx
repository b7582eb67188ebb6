/** What the pages at the door share: one narrow card, one act, the other ways below it. */
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { ApiError } from '../api.js';
import { FormFault, type FormFaults } from './forms.js';

/** As the node wants it: shown before anybody runs into it. */
export const PASSWORD_CHARS_MIN = 10;
export const HANDLE_CHARS_MAX = 32;

export function DoorForm(props: {
  readonly title: string;
  readonly verb: string;
  readonly isBusy: boolean;
  readonly faults: FormFaults;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
  /** The other ways. */
  readonly below?: ReactNode;
}) {
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!props.isBusy) props.onSubmit();
  };
  return (
    <form className="card pad narrow" onSubmit={submit}>
      <Stack gap="md">
        <h1>{props.title}</h1>
        {props.children}
        <FormFault faults={props.faults} />
        <Button type="submit" loading={props.isBusy}>
          {props.verb}
        </Button>
        {props.below !== undefined && <p className="quiet">{props.below}</p>}
      </Stack>
    </form>
  );
}

/** Nothing is left to do here but to read, and to go on. */
export function DoorNote(props: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="card pad narrow" aria-labelledby="door">
      <Stack gap="md">
        <h1 id="door">{props.title}</h1>
        {props.children}
      </Stack>
    </section>
  );
}

interface FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly fault?: string | undefined;
}

/** `username` is what password managers look for beside a password. */
export const EmailField = (props: FieldProps) => (
  <TextInput
    label="E-mail"
    name="email"
    type="email"
    autoComplete="username"
    inputMode="email"
    required
    value={props.value}
    error={props.fault}
    onChange={(event) => props.onChange(event.currentTarget.value)}
  />
);

export const HandleField = (props: FieldProps) => (
  <TextInput
    label="Handle"
    description="What others call you. Letters, digits, and _ . -"
    name="handle"
    autoComplete="nickname"
    autoCapitalize="none"
    spellCheck={false}
    required
    maxLength={HANDLE_CHARS_MAX}
    value={props.value}
    error={props.fault}
    onChange={(event) => props.onChange(event.currentTarget.value)}
  />
);

/** The one that somebody has, or the one he makes up now. */
export const PasswordField = (
  props: FieldProps & { readonly is: 'current' | 'new'; readonly label?: string },
) => (
  <PasswordInput
    label={props.label ?? 'Password'}
    description={
      props.is === 'new' ? `At least ${PASSWORD_CHARS_MIN} characters; a sentence is good.` : null
    }
    name={props.is === 'new' ? 'new-password' : 'password'}
    autoComplete={props.is === 'new' ? 'new-password' : 'current-password'}
    required
    value={props.value}
    error={props.fault}
    aria-invalid={props.fault !== undefined}
    onChange={(event) => props.onChange(event.currentTarget.value)}
  />
);

export const isCode = (error: unknown, code: string): boolean =>
  error instanceof ApiError && error.code === code;

/** What somebody has of a letter: what stands behind the `#`, which no server sees. */
export const letterToken = (): string => location.hash.slice(1);
