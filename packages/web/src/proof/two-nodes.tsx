/**
 * Two nodes at one seq. These pages may speak with nobody but their own node, so what the other one says is brought
 * here by whoever looks: he need not believe this node that it asked.
 */
import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, get } from '../api.js';
import { count } from '../figures.js';
import { useConnection } from '../hooks.js';
import { readAddress, readSaid, type Said } from './said.js';
import { errorWords } from '../words.js';
import type { Head } from '../wire.js';

function Verdict(props: { readonly here: Head; readonly said: Said }) {
  const { here, said } = props;
  const isSame = here.hash.startsWith(said.hash);
  return (
    <p className="note" data-tone={isSame ? 'good' : 'bad'} role="status">
      {isSame
        ? `The same: at entry ${count(said.seq)} both have ${said.hash.slice(0, 8)}, so both have every entry before it in common.`
        : `Different: at entry ${count(said.seq)} the other says ${said.hash.slice(0, 8)}, this node ${here.hash.slice(0, 8)}. They do not share a history.`}
    </p>
  );
}

function AskThere(props: { readonly seq: number }) {
  const [address, setAddress] = useState('');
  const url = readAddress(address);
  return (
    <>
      <TextInput
        label="Address of the other node"
        placeholder="https://"
        inputMode="url"
        autoComplete="off"
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      <p className="quiet">
        {url && address !== '' ? (
          <a
            href={new URL(`/v1/head?seq=${props.seq}`, url).href}
            target="_blank"
            rel="noreferrer noopener"
          >
            Ask {url.host} for entry {count(props.seq)}
          </a>
        ) : (
          'Its answer opens in a tab of its own; copy it into the field below.'
        )}
      </p>
    </>
  );
}

export function TwoNodes() {
  const { seq } = useConnection();
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string>();
  const compare = useMutation({
    mutationFn: (said: Said) => get<Head>('/v1/head', { seq: said.seq }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const said = readSaid(text);
    setFault(
      said ? undefined : 'That is neither a head like 123.9f2c0a11 nor an answer of /v1/head.',
    );
    if (said) compare.mutate(said);
    else compare.reset();
  };
  const said = compare.variables;
  const isAhead = compare.error instanceof ApiError && compare.error.status === 404;
  return (
    <section className="card pad" aria-labelledby="nodes">
      <h2 id="nodes">Two nodes at one entry</h2>
      <p className="quiet">
        Every node of an exchange, and every copy of it, has the same hash at the same entry. Take
        it from another node, a friend’s screen or your own notes. Where an exchange runs on one
        node only, there is no other to ask: then compare with a head that somebody kept.
      </p>
      <form className="two-nodes" onSubmit={submit}>
        <AskThere seq={seq} />
        <TextInput
          label="What the other says"
          description="A head, 123.9f2c0a11, or the whole answer."
          autoComplete="off"
          spellCheck={false}
          required
          value={text}
          error={fault}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" className="button" disabled={compare.isPending}>
          Compare
        </button>
      </form>
      {compare.data && said && <Verdict here={compare.data} said={said} />}
      {compare.error && (
        <p className="note" data-tone="warn" role="alert">
          {isAhead
            ? `This node has no entry ${count(said?.seq)} yet: it stands at ${count(seq)}.`
            : errorWords(compare.error)}
        </p>
      )}
    </section>
  );
}
