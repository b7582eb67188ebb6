/** What rests after a leap, and the limits of the house: what they are, and how far they may be moved. */
import { Button, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { fieldFaults } from '../api.js';
import { clock } from '../figures.js';
import { ConfirmDialog } from '../parts/confirm-dialog.js';
import { Countdown } from '../parts/countdown.js';
import { Empty, Failure, Skeleton } from '../parts/states.js';
import { toast } from '../toast.js';
import { useAct, useReadAgain } from './acts.js';
import { useHouse } from './house-frame.js';
import type { Halted, House, LimitValues } from './wire-house.js';

interface Named {
  readonly limit: string;
  readonly label: string;
  readonly says: string;
}

const named = (limit: string, label: string, says: string): Named => ({ limit, label, says });

const GROUPS: readonly (readonly [string, readonly Named[]])[] = [
  [
    'Breakers',
    [
      named('breaker_move', 'Halts at a move of', 'A part of one: 0.2 is a fifth.'),
      named('breaker_window_ms', 'Measured over, ms', 'So long a mark stands.'),
      named('breaker_halt_ms', 'Buying rests for, ms', 'Sales and merges pass.'),
      named('trades_per_minute', 'Trades in a minute', 'Of one account; more is a loop.'),
    ],
  ],
  [
    'Points',
    [
      named('welcome', 'Welcome', 'What a new account is given.'),
      named('grant_per_call', 'One grant', 'At most, in Points.'),
      named('grant_per_day', 'Grants a day', 'Of one admin, in Points.'),
      named('treasury_floor', 'Treasury’s floor', 'Below it somebody is told.'),
    ],
  ],
  [
    'Facts',
    [
      named('fact_cost', 'Cost of one fact', 'What the treasury pays at most.'),
      named('fact_move', 'Move of one fact', 'A part of the fundamental.'),
    ],
  ],
  [
    'Usual fees, in hundredths of a percent',
    [
      named('bps_cpmm', 'Two outcomes', ''),
      named('bps_lmsr', 'Many outcomes', ''),
      named('bps_curve', 'Stocks', ''),
      named('bps_rally', 'Rallies', ''),
    ],
  ],
  [
    'Pieces of work',
    [
      named('payouts_per_command', 'Payouts at once', 'Holders paid in one entry.'),
      named('deadlines_per_tick', 'Deadlines at once', 'Kept in one entry.'),
    ],
  ],
];

function HaltedList(props: { readonly halted: readonly Halted[] }) {
  const { halted } = props;
  return (
    <section className="card pad" aria-labelledby="halted">
      <h2 id="halted">Buying rests</h2>
      {halted.length === 0 && <Empty>No market rests.</Empty>}
      <ul className="stack tight">
        {halted.map(({ market, title, until }) => (
          <li key={market} className="house-line spread">
            <Link to="/admin/markets/$id" params={{ id: market }}>
              {title}
            </Link>
            <span className="quiet figures">
              until {clock(until)}, <Countdown end={until} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the form says otherwise than what stands, as the route takes it: what is a number stays one. */
function changesOf(limits: LimitValues, typed: Readonly<Record<string, string>>): LimitValues {
  return Object.fromEntries(
    Object.entries(typed).flatMap(([name, text]) => {
      const stands = limits[name];
      const said = text.trim().replace(',', '.');
      if (stands === undefined || said === String(stands)) return [];
      // What is no number goes as it was typed: the node says what it is.
      const isCount = typeof stands === 'number' && /^\d+$/.test(said);
      return [[name, isCount ? Number(said) : said]];
    }),
  );
}

const labelOf = (limit: string): string =>
  GROUPS.flatMap(([, all]) => all).find((one) => one.limit === limit)?.label ?? limit;

function ChangeLines(props: { readonly limits: LimitValues; readonly changes: LimitValues }) {
  return (
    <>
      <p>They hold for what is asked from now on.</p>
      <dl className="lines">
        {Object.entries(props.changes).map(([name, value]) => (
          <div key={name}>
            <dt>{labelOf(name)}</dt>
            <dd className="figures">
              {String(props.limits[name])} → {String(value)}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function LimitsForm(props: { readonly house: House }) {
  const { limits } = props.house;
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [isAsking, setAsking] = useState(false);
  const readAgain = useReadAgain();
  const act = useAct('house/limits', () => {
    setAsking(false);
    setTyped({});
    readAgain();
    void toast({ says: 'The limits are set.', tone: 'good' });
  });
  const changes = changesOf(limits, typed);
  const names = Object.keys(changes);
  const faults = fieldFaults(act.error);
  return (
    <form
      className="card pad stack"
      onSubmit={(event) => {
        event.preventDefault();
        act.clear();
        if (names.length > 0) setAsking(true);
      }}
    >
      {GROUPS.map(([title, all]) => (
        <fieldset key={title} className="house-group">
          <legend>{title}</legend>
          <div className="three">
            {all.map(({ limit, label, says }) => (
              <TextInput
                key={limit}
                label={label}
                {...(says !== '' && { description: says })}
                inputMode="decimal"
                value={typed[limit] ?? String(limits[limit] ?? '')}
                error={faults[`limits.${limit}`]}
                onChange={(event) => {
                  const text = event.currentTarget.value;
                  setTyped((now) => ({ ...now, [limit]: text }));
                }}
              />
            ))}
          </div>
        </fieldset>
      ))}
      <div>
        <Button type="submit" disabled={names.length === 0}>
          {names.length === 0 ? 'Nothing changed' : `Set ${names.length}`}
        </Button>
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        title="Set limits"
        verb="Set them"
        isBusy={act.isBusy}
        fault={act.fault}
        onConfirm={() =>
          act.run({ path: '/v1/admin/limits', method: 'POST', body: { limits: changes } })
        }
        onClose={() => setAsking(false)}
      >
        <ChangeLines limits={limits} changes={changes} />
      </ConfirmDialog>
    </form>
  );
}

export function Limits() {
  const { data: house, error, refetch } = useHouse();
  if (!house && error) return <Failure error={error} retry={() => void refetch()} />;
  if (!house) return <Skeleton lines={8} height={40} />;
  return (
    <>
      <HaltedList halted={house.halted} />
      <LimitsForm house={house} />
    </>
  );
}
