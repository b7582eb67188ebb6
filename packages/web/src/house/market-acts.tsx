/** What can be done to a market where it stands: each asked once more. The engine says whether it may be. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { day, points, typedAmount } from '../figures.js';
import type { MarketDetail } from '../wire.js';
import { ActButton } from './acts.js';
import { instantOf, localOf, plain } from './reading.js';
import { resolutionWords } from './verdicts.js';

interface OfMarket {
  readonly market: MarketDetail;
}

interface Verb {
  readonly verb: 'open' | 'pause' | 'resume' | 'close';
  readonly label: string;
  readonly says: string;
  readonly done: string;
  readonly isDangerous?: boolean;
}

const OPEN: Verb = {
  verb: 'open',
  label: 'Open',
  says: 'Trading begins at once. What stands in the draft stands for good.',
  done: 'It is open.',
};
const PAUSE: Verb = {
  verb: 'pause',
  label: 'Pause',
  says: 'Nobody trades until somebody lets it go on. The clock runs on.',
  done: 'It is paused.',
};
const RESUME: Verb = {
  verb: 'resume',
  label: 'Resume',
  says: 'Trading goes on at the price where it stood.',
  done: 'It goes on.',
};
const CLOSE: Verb = {
  verb: 'close',
  label: 'Close trading',
  says: 'Trading ends for good. What is left is to name the result.',
  done: 'It is closed.',
  isDangerous: true,
};

function VerbButton(props: OfMarket & { readonly verb: Verb }) {
  const { market } = props;
  const { verb, label, says, done, isDangerous = false } = props.verb;
  return (
    <ActButton
      key={verb}
      label={label}
      title={`${label}: ${market.title}`}
      verb={label}
      path={`/v1/markets/${market.id}/${verb}`}
      isDangerous={isDangerous}
      done={done}
    >
      <p>{says}</p>
    </ActButton>
  );
}

function ExtendButton({ market }: OfMarket) {
  const stands = market.closes_at ?? '';
  const [typed, setTyped] = useState(() => localOf(Date.parse(stands) + 3_600_000));
  return (
    <ActButton
      label="Extend"
      title={`Extend: ${market.title}`}
      verb="Extend"
      path={`/v1/markets/${market.id}/extend`}
      body={() => ({ closes_at: instantOf(typed) ?? '' })}
      done="The end has moved."
    >
      <p>It ends {day(stands)}. The end can only move away.</p>
      <TextInput
        type="datetime-local"
        label="New end"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </ActButton>
  );
}

function FundButton({ market }: OfMarket) {
  const [typed, setTyped] = useState('');
  const amount = typedAmount(typed);
  const whose = market.sponsor === 'treasury' ? 'the treasury' : 'its sponsor';
  return (
    <ActButton
      label="Fund"
      title={`Fund: ${market.title}`}
      verb="Fund"
      path={`/v1/markets/${market.id}/fund`}
      body={() => ({ amount: amount ?? plain(typed) })}
      done="It is funded."
      onDone={() => setTyped('')}
    >
      <p>Points of {whose} deepen the pool: the same trade moves the price less.</p>
      <TextInput
        label="Points"
        inputMode="decimal"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </ActButton>
  );
}

const SHARED = '';

/** What is named: an outcome, parts of a Point by outcome, or a price; of a stock nothing is its fundamental. */
function ResolveButton({ market }: OfMarket) {
  const names = market.outcomes.flatMap(({ outcome }) => outcome ?? []);
  const [outcome, setOutcome] = useState<string>();
  const [typed, setTyped] = useState('');
  const hasNames = names.length > 0;
  const chosen = outcome ?? '?';
  const parts = typed.split(/[\s;]+|,\s+/).filter((part) => part !== '');
  const ending = !hasNames
    ? typed.trim() === ''
      ? {}
      : { price: plain(typed) }
    : chosen === SHARED
      ? { payout: parts }
      : { outcome: chosen };
  const told =
    'outcome' in ending
      ? { payout: names.map((name) => (name === chosen ? '1' : '0')) }
      : Object.keys(ending).length === 0
        ? undefined
        : ending;
  const isNamed = !hasNames || (chosen !== '?' && (chosen !== SHARED || parts.length > 0));
  return (
    <ActButton
      label="Resolve"
      title={`Resolve: ${market.title}`}
      verb={market.two_person === true ? 'Propose' : 'Resolve'}
      path={`/v1/markets/${market.id}/resolve`}
      reason="Why? Where can anybody see it?"
      body={(reason) => ({ ...ending, reason })}
      done={market.two_person === true ? 'Proposed: another admin confirms it.' : 'It is resolved.'}
    >
      {hasNames && (
        <NativeSelect
          label="Result"
          value={chosen}
          onChange={(event) => setOutcome(event.currentTarget.value)}
          data={[
            { value: '?', label: 'Choose', disabled: true },
            ...names.map((name) => ({ value: name, label: name })),
            { value: SHARED, label: 'Shared between them' },
          ]}
        />
      )}
      {hasNames && chosen === SHARED && (
        <TextInput
          label={`Parts of a Point for ${names.join(', ')}`}
          description="They come to 1: 0.5 0.5"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {!hasNames && (
        <TextInput
          label="Points a share"
          description={`Empty: its fundamental, ${points(market.fundamental)}.`}
          inputMode="decimal"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {isNamed && <p className="note">So {resolutionWords(told, market.outcomes)}.</p>}
      <p className="quiet">
        {market.two_person === true
          ? 'A second admin has to confirm exactly this.'
          : 'Holders are paid at once. This is final.'}
      </p>
    </ActButton>
  );
}

function CancelButton({ market }: OfMarket) {
  const isTwo = market.two_person === true && market.status !== 'draft';
  return (
    <ActButton
      label="Cancel"
      title={`Cancel: ${market.title}`}
      verb={isTwo ? 'Propose to cancel it' : 'Cancel it'}
      path={`/v1/markets/${market.id}/cancel`}
      reason="Why? Everybody can read it."
      body={(reason) => ({ reason })}
      isDangerous
      done={isTwo ? 'Proposed: another admin confirms it.' : 'It is cancelled.'}
    >
      <p>
        Everyone gets back what the market took from him, as far as it has it. This is final
        {isTwo ? ', once a second admin has confirmed it.' : '.'}
      </p>
    </ActButton>
  );
}

/** Those that make sense where it stands. */
export function MarketActs(props: OfMarket & { readonly onEdit: () => void }) {
  const { market } = props;
  const { status, rally, terms, closes_at: closesAt } = market;
  const isLive = status === 'open' || status === 'paused';
  const isAlive = isLive || status === 'draft' || (status === 'closed' && !rally);
  if (!isAlive) return <p className="quiet">It is over: nothing can be done to it any more.</p>;
  return (
    <div className="house-acts">
      {status === 'draft' && <VerbButton market={market} verb={OPEN} />}
      {status === 'draft' && (
        <Button variant="default" onClick={props.onEdit}>
          Edit the draft
        </Button>
      )}
      {status === 'open' && <VerbButton market={market} verb={PAUSE} />}
      {status === 'paused' && <VerbButton market={market} verb={RESUME} />}
      {isLive && closesAt !== undefined && <ExtendButton market={market} />}
      {isLive && 'deposit' in terms && <FundButton market={market} />}
      {status === 'closed' && <ResolveButton market={market} />}
      {isLive && !rally && <VerbButton market={market} verb={CLOSE} />}
      <CancelButton market={market} />
    </div>
  );
}
