/** What of my notifications leaves these pages: by mail, and to programs of mine. */
import { Button, Checkbox, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, post } from '../api.js';
import { day } from '../figures.js';
import { useHasRole } from '../me.js';
import { KIND_WORDS } from '../notice-words.js';
import { CopyButton } from '../parts/copy-button.js';
import { FormFault, useFormFaults } from '../parts/forms.js';
import { Empty, Failure, Skeleton } from '../parts/states.js';
import { mailQuery, webhooksQuery } from '../people-queries.js';
import { type MadeWebhook, NOTICE_KINDS, type NoticeKind, type Webhook } from '../people-wire.js';
import { toast } from '../toast.js';
import { errorWords } from '../words.js';

const says = (error: unknown): void => void toast({ says: errorWords(error), tone: 'bad' });

/** What concerns admins alone is no choice for others. */
function useKinds(): readonly NoticeKind[] {
  const isAdmin = useHasRole('admin');
  return NOTICE_KINDS.filter((kind) => isAdmin || kind !== 'market_unresolved');
}

const turned = (kinds: readonly NoticeKind[], kind: NoticeKind): readonly NoticeKind[] =>
  NOTICE_KINDS.filter((one) => kinds.includes(one) !== (one === kind));

function Kinds(props: {
  readonly label: string;
  readonly chosen: readonly NoticeKind[];
  readonly isBusy?: boolean;
  readonly onChange: (kinds: readonly NoticeKind[]) => void;
}) {
  const { chosen } = props;
  return (
    <fieldset disabled={props.isBusy}>
      <legend className="hidden">{props.label}</legend>
      <Stack gap="xs">
        {useKinds().map((kind) => (
          <Checkbox
            key={kind}
            label={KIND_WORDS[kind]}
            checked={chosen.includes(kind)}
            onChange={() => props.onChange(turned(chosen, kind))}
          />
        ))}
      </Stack>
    </fieldset>
  );
}

export function Mail(props: { readonly who: string }) {
  const queries = useQueryClient();
  const { queryKey } = mailQuery(props.who);
  const mail = useQuery(mailQuery(props.who));
  const save = useMutation({
    mutationFn: (kinds: readonly NoticeKind[]) =>
      call('/v1/me/settings', { method: 'PUT', body: { mail: kinds } }),
    onError: says,
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  const chosen = save.isPending ? save.variables : mail.data?.mail;
  return (
    <section className="card pad" aria-labelledby="mail">
      <h2 id="mail">By mail</h2>
      <p className="quiet set-note">
        Everything stands under Notifications. What is ticked is mailed to you too.
      </p>
      {mail.isPending && <Skeleton lines={4} height={26} />}
      {mail.isError && <Failure error={mail.error} retry={() => void mail.refetch()} />}
      {chosen && (
        <Kinds
          label="What is mailed to me"
          chosen={chosen}
          isBusy={save.isPending}
          onChange={(kinds) => save.mutate(kinds)}
        />
      )}
    </section>
  );
}

function HookLine(props: { readonly hook: Webhook; readonly onDrop: () => void }) {
  const { hook } = props;
  return (
    <li className="notice">
      <span>
        <b className="hash">{hook.url}</b>
        <span className="quiet set-line">
          {hook.kinds.length} {hook.kinds.length === 1 ? 'kind' : 'kinds'} ·{' '}
          {hook.disabled === null
            ? `since ${day(hook.created)}`
            : `turned off ${day(hook.disabled)}: it failed too often`}
        </span>
      </span>
      <button type="button" className="button small" onClick={props.onDrop}>
        Drop<span className="hidden"> {hook.url}</span>
      </button>
    </li>
  );
}

function NewHook(props: { readonly onMade: (made: MadeWebhook) => void }) {
  const [url, setUrl] = useState('');
  const [kinds, setKinds] = useState<readonly NoticeKind[]>(['paid', 'refunded', 'price_alert']);
  const make = useMutation({
    mutationFn: () => post<MadeWebhook>('/v1/me/webhooks', { url: url.trim(), kinds }),
    onSuccess: (made) => {
      setUrl('');
      props.onMade(made);
    },
  });
  const faults = useFormFaults(make.error, ['url', 'kinds']);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form onSubmit={submit} className="set-form">
      <Stack gap="sm">
        <TextInput
          label="Address of the new webhook"
          placeholder="https://"
          inputMode="url"
          autoComplete="off"
          required
          value={url}
          error={faults.of('url')}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <Kinds label="What it is called with" chosen={kinds} onChange={setKinds} />
        <FormFault faults={faults} />
        <Button
          type="submit"
          variant="default"
          loading={make.isPending}
          disabled={kinds.length === 0}
        >
          Make a webhook
        </Button>
      </Stack>
    </form>
  );
}

export function Webhooks(props: { readonly who: string }) {
  const queries = useQueryClient();
  const { queryKey } = webhooksQuery(props.who);
  const hooks = useQuery(webhooksQuery(props.who));
  const [made, setMade] = useState<MadeWebhook>();
  const drop = useMutation({
    mutationFn: (id: string) => call(`/v1/me/webhooks/${id}`, { method: 'DELETE', body: {} }),
    onError: says,
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  return (
    <section className="card pad" aria-labelledby="hooks">
      <h2 id="hooks">Webhooks</h2>
      {hooks.isPending && <Skeleton lines={2} height={44} />}
      {hooks.isError && <Failure error={hooks.error} retry={() => void hooks.refetch()} />}
      {hooks.data?.items.length === 0 && <Empty>No address of yours is called.</Empty>}
      <ul>
        {hooks.data?.items.map((hook) => (
          <HookLine key={hook.id} hook={hook} onDrop={() => drop.mutate(hook.id)} />
        ))}
      </ul>
      {made && (
        <div className="note once" data-tone="good" role="status">
          <p>Its secret signs every call. Copy it now: it is never shown again.</p>
          <p>
            <code className="secret">{made.secret}</code>{' '}
            <CopyButton text={made.secret} label="Copy" />
          </p>
        </div>
      )}
      <NewHook
        onMade={(hook) => {
          setMade(hook);
          void queries.invalidateQueries({ queryKey });
        }}
      />
    </section>
  );
}
