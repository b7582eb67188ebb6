/** The season of a stock, match by match: what happened there, and what the facts and the crowd made of it. */
import { formatAmount } from '@fairground/engine';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { now } from '../clock.js';
import { count, day, micros, points, signed } from '../figures.js';
import { candlesQuery } from '../queries.js';
import type { Fact, Interval, MarketDetail } from '../wire.js';
import { kindWord } from '../words.js';
import { Change } from './figures.js';
import { type Match, matchesOf, priceAfter, toldAt } from './matches.js';
import { premiumOf } from './premium.js';

const HALF_DAY_MS = 43_200_000;
const HOUR_MS = 3_600_000;
const MINUTES_MS = 600_000;

/** "2 × Goal, Yellow card". */
function factsWords(facts: readonly Fact[]): string {
  const kinds = new Map<string, number>();
  for (const { kind, undoes } of facts) {
    const word = undoes === undefined ? kindWord(kind) : 'Taken back';
    kinds.set(word, (kinds.get(word) ?? 0) + 1);
  }
  return [...kinds].map(([word, times]) => (times > 1 ? `${times} × ${word}` : word)).join(', ');
}

/** The finest boxes that reach back so far. */
const intervalOf = (lengthMs: number): Interval =>
  lengthMs < MINUTES_MS ? '1s' : lengthMs < HALF_DAY_MS ? '1m' : '1h';

function MatchLine(props: { readonly match: Match; readonly price: string | undefined }) {
  const { match, price } = props;
  const moved = match.facts.reduce((sum, { applied }) => sum + (micros(applied) ?? 0n), 0n);
  const fundamental = match.facts.at(-1)?.fundamental ?? '0';
  const premium = price === undefined ? undefined : premiumOf(price, fundamental);
  return (
    <tr>
      <th scope="row">
        <span className="figures">{day(match.happenedAt)}</span>
        <span className="quiet">{factsWords(match.facts)}</span>
      </th>
      <td className="end">
        <Change amount={formatAmount(moved)} says="Points" />
      </td>
      <td className="figures end">{points(fundamental)}</td>
      <td className="figures end">{points(price)}</td>
      <td className="figures end wide">
        {premium === undefined ? '–' : `${signed(premium.amount)} (${premium.percent})`}
      </td>
    </tr>
  );
}

/** What a kind of fact does to the fundamental: "+8.0%", "−1.00". */
function ruleWords(rule: { num?: number; den?: number; add?: string }): string {
  if (rule.add !== undefined) return signed(rule.add);
  const { num = 1, den = 1 } = rule;
  const percent = ((num - den) * 100) / den;
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent).toFixed(1)}%`;
}

function FactRules(props: { readonly market: MarketDetail }) {
  const { terms } = props.market;
  if (!('fact_rules' in terms)) return null;
  return (
    <dl className="rules-of-facts">
      {terms.fact_rules.map((rule) => (
        <div key={rule.kind} className="tag">
          <dt>{kindWord(rule.kind)}</dt>
          <dd className="figures">{ruleWords(rule)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Matches(props: { readonly market: MarketDetail; readonly matches: readonly Match[] }) {
  const { market, matches } = props;
  const from = toldAt(matches.at(-1)?.facts[0]);
  const newest = toldAt(matches[0]?.facts.at(-1));
  const interval = intervalOf(now() - from);
  const [fromMs] = useState(from - HOUR_MS);
  const { data, refetch } = useQuery(candlesQuery(market.id, { interval, fromMs }));
  // A new fact lies in a box that was not there before.
  const read = useRef(newest);
  useEffect(() => {
    if (newest === read.current) return;
    read.current = newest;
    void refetch();
  }, [newest, refetch]);
  return (
    <table className="tape season">
      <thead>
        <tr>
          <th scope="col">Match</th>
          <th scope="col" className="end">
            Facts moved
          </th>
          <th scope="col" className="end">
            Fundamental
          </th>
          <th scope="col" className="end">
            Price
          </th>
          <th scope="col" className="end wide">
            Premium
          </th>
        </tr>
      </thead>
      <tbody>
        {matches.map((match, place) => (
          <MatchLine
            key={match.key}
            match={match}
            price={priceAfter(data?.items ?? [], match, matches[place - 1])}
          />
        ))}
      </tbody>
    </table>
  );
}

export function Season(props: { readonly market: MarketDetail; readonly facts: readonly Fact[] }) {
  const { market, facts } = props;
  if (market.fundamental === undefined) return null;
  const matches = matchesOf(facts);
  return (
    <section className="card pad" aria-labelledby="season">
      <div className="head-line">
        <h2 id="season">Season</h2>
        <span className="quiet figures">
          {count(matches.length)} {matches.length === 1 ? 'match' : 'matches'},{' '}
          {count(facts.length)} {facts.length === 1 ? 'fact' : 'facts'}
        </span>
      </div>
      {matches.length > 0 ? (
        <Matches market={market} matches={matches} />
      ) : (
        <p className="quiet">Nothing has happened yet. What moves the fundamental:</p>
      )}
      <FactRules market={market} />
    </section>
  );
}
