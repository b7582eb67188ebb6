/** One dead letter: as it came, why it was not taken, and what can be done with it. */
import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { ConfirmDialog } from '../parts/confirm-dialog.js';
import { TimeAgo } from '../parts/figures.js';
import { toast } from '../toast.js';
import { readJson } from '../wire.js';
import { ActButton, useAct, useReadAgain } from './acts.js';
import type { DeadLetter } from './wire-letters.js';

export const REASONS = [
  ['malformed', 'Malformed'],
  ['too_long', 'Too long'],
  ['unknown_symbol', 'Unknown symbol'],
  ['ahead', 'Ahead of time'],
  ['too_old', 'Too old'],
  ['failed', 'Store refused'],
] as const;

const reasonWord = (reason: string): string =>
  REASONS.find(([code]) => code === reason)?.[1] ?? reason;

const pathOf = ({ id }: DeadLetter, verb: 'replay' | 'drop'): string =>
  `/v1/dead-letters/${id}/${verb}`;

/** Undefined where it is no JSON. */
function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: readJson<unknown>(text) };
  } catch {
    return undefined;
  }
}

/** Lines and spaces, where it can be read at all. */
function spread(payload: string): string {
  const read = parsed(payload);
  return read ? JSON.stringify(read.value, undefined, 2) : payload;
}

const NO_JSON = 'That is no JSON.';

function MendButton(props: { readonly letter: DeadLetter }) {
  const { letter } = props;
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState(letter.payload);
  const [fault, setFault] = useState<string>();
  const readAgain = useReadAgain();
  const act = useAct(`mend/${letter.id}`, () => {
    setOpen(false);
    readAgain();
    void toast({ says: 'It is taken.', tone: 'good' });
  });
  const open = (): void => {
    act.clear();
    setFault(undefined);
    setText(spread(letter.payload));
    setOpen(true);
  };
  const send = (): void => {
    const read = parsed(text);
    setFault(read ? undefined : NO_JSON);
    if (read) act.run({ path: pathOf(letter, 'replay'), body: { payload: read.value } });
  };
  return (
    <>
      <Button onClick={open}>Mend</Button>
      <ConfirmDialog
        isOpen={isOpen}
        title="Mend a dead letter"
        verb="Replay"
        isBusy={act.isBusy}
        fault={fault ?? act.fault}
        onConfirm={send}
        onClose={() => setOpen(false)}
      >
        <p>{letter.message}</p>
        <Textarea
          className="letter-text"
          label="The tick as it should be"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          rows={9}
          spellCheck={false}
          data-autofocus
        />
      </ConfirmDialog>
    </>
  );
}

function Acts(props: { readonly letter: DeadLetter }) {
  const { letter } = props;
  return (
    <div className="house-acts">
      <MendButton letter={letter} />
      <ActButton
        label="Replay"
        title="Replay a dead letter"
        verb="Replay"
        path={pathOf(letter, 'replay')}
        done="It is taken."
      >
        <p>It is sent again as it came, and taken once, if nothing stands against it any more.</p>
      </ActButton>
      <ActButton
        label="Drop"
        title="Drop a dead letter"
        verb="Drop"
        path={pathOf(letter, 'drop')}
        isDangerous
        done="It is dropped."
      >
        <p>It is never taken. What came stays to be looked at, under Dropped.</p>
      </ActButton>
    </div>
  );
}

export function Letter(props: { readonly letter: DeadLetter }) {
  const { letter } = props;
  const { reason, message, payload, source, symbol, state } = letter;
  return (
    <li className="card pad stack letter">
      <div className="house-line spread">
        <span className="grow">
          <b>{reasonWord(reason)}</b>{' '}
          <span className="quiet break">
            {source ?? 'no source'} · {symbol ?? 'no symbol'}
          </span>
        </span>
        <TimeAgo at={letter.at} />
      </div>
      <p className="break">{message}</p>
      <pre className="letter-payload">{payload === '' ? '(nothing)' : payload}</pre>
      {state === 'open' ? (
        <Acts letter={letter} />
      ) : (
        <p className="quiet">
          {state === 'replayed' ? 'Replayed' : 'Dropped'} <TimeAgo at={letter.changed} />
        </p>
      )}
    </li>
  );
}
