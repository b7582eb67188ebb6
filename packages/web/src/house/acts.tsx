/** An act of the house: asked once more, sent once, and what the node said to it. */
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { ApiError } from '../api.js';
import { clearOrder, type Command, isPending, placeCommand, useOrder } from '../orders.js';
import { ConfirmDialog } from '../parts/confirm-dialog.js';
import { toast } from '../toast.js';
import { errorWords } from '../words.js';

export interface Acting {
  readonly isBusy: boolean;
  /** What the node said to the last try, for fields and for the whole. */
  readonly error: unknown;
  readonly fault: string | undefined;
  readonly run: (command: Omit<Command, 'slot'>) => void;
  readonly clear: () => void;
}

/** Our words, then what exactly the engine found. */
export function faultWords(error: unknown): string {
  const details = error instanceof ApiError ? error.details.map(({ message }) => message) : [];
  return [errorWords(error), ...details].join(' ');
}

const CHECKING = 'Checking what became of it: no answer came. It counts once at most.';

/** Sends what belongs to a slot, and tells once when it is done: also where an earlier life of the page sent it. */
export function useAct<T>(slot: string, onDone: (answer: T) => void): Acting {
  const state = useOrder<T>(slot);
  const told = useRef(onDone);
  useEffect(() => {
    told.current = onDone;
  });
  useEffect(() => {
    if (state?.step !== 'done') return;
    clearOrder(slot);
    told.current(state.answer);
  }, [slot, state]);
  const error = state?.step === 'refused' ? state.error : undefined;
  const words = error === undefined ? undefined : faultWords(error);
  const unsure = state?.step === 'refused' && state.unsure;
  return {
    isBusy: isPending(state),
    error,
    fault:
      state?.step === 'checking'
        ? CHECKING
        : unsure
          ? `${words ?? ''} An earlier attempt may have counted: look again.`
          : words,
    run: (command) => placeCommand({ ...command, slot }),
    clear: () => clearOrder(slot),
  };
}

/** After an act everything may stand otherwise. */
export function useReadAgain(): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries();
}

export interface ActProps {
  /** On the button that asks. */
  readonly label: string;
  readonly title: string;
  /** On the button that does. */
  readonly verb: string;
  /** What will happen, in words, and what else has to be said. */
  readonly children: ReactNode;
  readonly path: string;
  readonly method?: 'POST' | 'PATCH' | 'DELETE';
  readonly body?: (reason: string) => object;
  /** Asks why; the words are kept. */
  readonly reason?: string;
  readonly isDangerous?: boolean;
  /** The one act that this place is for. */
  readonly isMain?: boolean;
  readonly isOff?: boolean;
  /** Said when it is done. */
  readonly done: string;
  readonly onDone?: () => void;
}

export function ActButton(props: ActProps) {
  const { path, reason, isDangerous = false, isMain = false } = props;
  const [times, setTimes] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const readAgain = useReadAgain();
  // Several acts of a page go the same way: each follows its own.
  const act = useAct(`house${path} ${props.label}`, () => {
    setOpen(false);
    readAgain();
    void toast({ says: props.done, tone: 'good' });
    props.onDone?.();
  });
  const open = (): void => {
    act.clear();
    setTimes(times + 1);
    setOpen(true);
  };
  return (
    <>
      <Button
        variant={isMain ? 'filled' : isDangerous ? 'outline' : 'default'}
        {...(isDangerous && { color: 'down' })}
        disabled={props.isOff === true}
        onClick={open}
      >
        {props.label}
      </Button>
      <ConfirmDialog
        key={times}
        isOpen={isOpen}
        title={props.title}
        verb={props.verb}
        isDangerous={isDangerous}
        isBusy={act.isBusy}
        fault={act.fault}
        {...(reason !== undefined && { reason: { label: reason } })}
        onConfirm={(why) =>
          act.run({ path, method: props.method ?? 'POST', body: props.body?.(why) ?? {} })
        }
        onClose={() => setOpen(false)}
      >
        {props.children}
      </ConfirmDialog>
    </>
  );
}
