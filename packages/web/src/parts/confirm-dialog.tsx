/** Asks once more before something that cannot be taken back, and why it is done, where a reason is kept. */
import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';

const REASON_MAX = 500;

export interface ConfirmProps {
  readonly isOpen: boolean;
  readonly title: string;
  /** What will happen, in words. */
  readonly children: ReactNode;
  /** The verb on the button. */
  readonly verb: string;
  readonly isDangerous?: boolean;
  /** A reason has to be given: what for. */
  readonly reason?: { readonly label: string };
  readonly isBusy?: boolean;
  /** What the node said to the last try. */
  readonly fault?: string | undefined;
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
}

export function ConfirmDialog(props: ConfirmProps) {
  const { reason, isBusy = false } = props;
  const [text, setText] = useState('');
  const missing = reason !== undefined && text.trim() === '';
  const confirm = (): void => {
    if (!missing && !isBusy) props.onConfirm(text.trim());
  };
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          confirm();
        }}
      >
        <Stack gap="md">
          {props.children}
          {reason && (
            <Textarea
              label={reason.label}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              maxLength={REASON_MAX}
              rows={3}
              required
              data-autofocus
            />
          )}
          {props.fault !== undefined && (
            <p role="alert" className="note" data-tone="bad">
              {props.fault}
            </p>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={props.onClose}>
              Back
            </Button>
            <Button
              type="submit"
              color={props.isDangerous === true ? 'down' : 'brand'}
              disabled={missing}
              loading={isBusy}
            >
              {props.verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
