/** What a mapping would come to, before anybody is paid by it. */
import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { count } from '../figures.js';
import { Segments } from '../parts/segments.js';
import type { Filling, Wanted } from './puller-draft.js';
import type { Trial, TriedItem } from './wire-letters.js';

const SHOWN_MAX = 20;
const STATUS = { scheduled: 'to come', live: 'live', finished: 'over' } as const;

const facts = (many: number, kind: string | null): string =>
  `${count(many)} ${many === 1 ? 'fact' : 'facts'} (${kind ?? '?'})`;

function actsOf({ counts, markets, ends }: TriedItem): readonly string[] {
  return [
    ...counts.flatMap(({ kind, market, records, takes_back: back }) => [
      ...(records > 0 ? [`${facts(records, kind)} for ${market ?? '?'}`] : []),
      ...(back > 0 ? [`takes back ${facts(back, kind)} of ${market ?? '?'}`] : []),
    ]),
    ...markets.filter(({ pauses }) => pauses).map(({ market }) => `${market} stands still`),
    ...ends.map(({ market, outcome }) => `${market} comes to ${outcome}, after the hold`),
  ];
}

function Item(props: { readonly item: TriedItem }) {
  const { item } = props;
  const { names, status, minute, counts } = item;
  const acts = actsOf(item);
  const told = counts.map(({ count: name, value }) => `${name} ${count(value)}`);
  return (
    <li className="break">
      <b>{names.join(' – ')}</b>{' '}
      <span className="quiet">
        {[STATUS[status], ...(minute === null ? [] : [`${minute}′`]), ...told].join(' · ')}
      </span>
      <br />
      {acts.length === 0 ? <span className="quiet">Nothing to do.</span> : `${acts.join('; ')}.`}
    </li>
  );
}

function TrialTold(props: { readonly trial: Trial }) {
  const { items, refused, error } = props.trial;
  if (error !== null) {
    return (
      <p className="note break" data-tone="bad">
        The answer is of no use: {error}.
      </p>
    );
  }
  return (
    <>
      {items.length === 0 && <p className="note">Nothing in it would count.</p>}
      <ul className="tried">
        {items.slice(0, SHOWN_MAX).map((item) => (
          <Item key={item.item} item={item} />
        ))}
      </ul>
      {items.length > SHOWN_MAX && (
        <p className="quiet">And {count(items.length - SHOWN_MAX)} more.</p>
      )}
      {refused.length > 0 && (
        <div className="note" data-tone="bad">
          <ul className="tried">
            {refused.slice(0, SHOWN_MAX).map(({ item, reason }) => (
              <li key={`${item ?? ''} ${reason}`} className="break">
                <b>{item ?? 'An item'}</b>: {reason}
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

interface TryProps extends Filling {
  readonly wanted: Wanted;
  readonly isBusy: boolean;
  readonly trial: Trial | undefined;
  readonly onTry: (asked: object) => void;
}

export function TryOut(props: TryProps) {
  const { wanted, isBusy, trial, onTry, typed, set, faultOf } = props;
  const [way, setWay] = useState<'url' | 'answer'>('url');
  const { url, headers, source, mapping } = wanted.body;
  const answer = typed.fields['answer'] ?? '';
  const asked = way === 'url' ? { url, ...(headers !== undefined && { headers }) } : { answer };
  return (
    <>
      <Segments
        label="Try it on"
        value={way}
        options={[
          ['url', 'Its address'],
          ['answer', 'An answer'],
        ]}
        onChange={setWay}
      />
      {way === 'answer' && (
        <Textarea
          className="letter-text"
          label="As the address would answer"
          rows={6}
          value={answer}
          error={faultOf('answer')}
          onChange={(event) => set('answer', event.currentTarget.value)}
          spellCheck={false}
        />
      )}
      <Button
        variant="default"
        fullWidth
        loading={isBusy}
        onClick={() => onTry({ ...asked, source, mapping })}
      >
        Try it out
      </Button>
      <div role="status" className="stack tight">
        {trial && <TrialTold trial={trial} />}
      </div>
    </>
  );
}
