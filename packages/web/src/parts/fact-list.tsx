import { Link } from '@tanstack/react-router';
import { useNow } from '../clock.js';
import { ago, day, micros, signed } from '../figures.js';
import type { Fact } from '../wire.js';
import { kindWord } from '../words.js';
import { KindIcon } from './icons.js';
import { Arrow } from './price.js';

/** How far a fact moved the fundamental. */
function Applied(props: { readonly fact: Fact }) {
  const moved = micros(props.fact.applied) ?? 0n;
  const direction = moved === 0n ? 'flat' : moved > 0n ? 'up' : 'down';
  return (
    <span className="change figures" data-direction={direction}>
      <Arrow direction={direction} />
      {moved === 0n ? '±0.00' : signed(props.fact.applied)}
    </span>
  );
}

function FactLine(props: {
  readonly fact: Fact;
  readonly fresh: boolean;
  readonly named: boolean;
}) {
  const { fact } = props;
  const now = useNow();
  const what = fact.undoes === undefined ? kindWord(fact.kind) : 'A fact was taken back';
  return (
    <li className="fact" data-fresh={props.fresh} data-undone={fact.undoes !== undefined}>
      <KindIcon kind={fact.kind} />
      <span className="fact-name">
        {props.named ? (
          <Link to="/m/$id" params={{ id: fact.market }}>
            <b>{fact.title}</b>
          </Link>
        ) : (
          <b>{what}</b>
        )}
        <span className="quiet">
          {props.named && <span>{what}</span>}
          {!props.named && fact.happened_at !== undefined && <span>{day(fact.happened_at)}</span>}
          <time dateTime={fact.at}>{ago(fact.at, now)}</time>
        </span>
      </span>
      <Applied fact={fact} />
    </li>
  );
}

/** Facts, newest first. What came after `freshFrom` flashes in, once. */
export function FactList(props: {
  readonly facts: readonly Fact[];
  readonly freshFrom: number;
  /** Whether each line names its market. */
  readonly named: boolean;
}) {
  return (
    <ol className="facts">
      {props.facts.map((fact) => (
        <FactLine
          key={`${fact.market}/${fact.fact}`}
          fact={fact}
          fresh={fact.seq > props.freshFrom}
          named={props.named}
        />
      ))}
    </ol>
  );
}
