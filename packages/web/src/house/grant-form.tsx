/** Points from the mint: how many, to whom, and why. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { points, typedAmount } from '../figures.js';
import { ActButton } from './acts.js';

/** `to`: an account, or `treasury`. */
export function GrantForm(props: { readonly to: string; readonly name: string }) {
  const { to, name } = props;
  const [typed, setTyped] = useState('');
  const amount = typedAmount(typed);
  return (
    <div className="house-line end">
      <TextInput
        className="grow"
        label={`Grant Points to ${name}`}
        inputMode="decimal"
        value={typed}
        error={typed !== '' && amount === undefined ? 'An amount such as 12.5.' : undefined}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <ActButton
        label="Grant"
        title={`Grant ${points(amount)} Points to ${name}`}
        verb="Grant"
        path="/v1/admin/grants"
        reason="What for?"
        body={(reason) => ({ to, amount, reason })}
        isOff={amount === undefined}
        done={`${points(amount)} Points are granted.`}
        onDone={() => setTyped('')}
      >
        <p>The mint makes them. How much one admin may grant in a call and a day is a limit.</p>
      </ActButton>
    </div>
  );
}
