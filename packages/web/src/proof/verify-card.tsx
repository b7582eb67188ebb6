/** The proof that believes nobody: every command decided again, here. */
import { count } from '../figures.js';
import { lawWords } from './laws.js';
import { headSeen } from './last-head.js';
import { useVerify, type Verifying } from './use-verify.js';
import type { Verified } from './verify-words.js';

const rate = (entries: number, ms: number): string =>
  ms < 1 ? '–' : count(Math.round((entries / ms) * 1_000));

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

function Running(props: {
  readonly state: Extract<Verifying, { is: 'running' }>;
  readonly onCancel: () => void;
}) {
  const { entries, of, ms } = props.state;
  const percent = of === 0 ? 0 : Math.floor((entries / of) * 100);
  return (
    <div className="verify-running">
      <progress value={entries} max={of === 0 ? 1 : of} aria-label="How much is verified" />
      <p className="figures verify-line">
        <span>
          {count(entries)} of {of === 0 ? '–' : count(of)} entries · {percent}%
        </span>
        <span>{rate(entries, ms)} a second</span>
      </p>
      <button type="button" className="button" onClick={props.onCancel}>
        Cancel
      </button>
    </div>
  );
}

function Figures(props: { readonly verified: Verified; readonly ms: number }) {
  const { verified, ms } = props;
  const { entries, redecided, folded, head, published } = verified;
  const isSame = head.seq === published.seq && head.hash === published.hash;
  return (
    <dl className="lines">
      <dt>Entries</dt>
      <dd className="figures">{count(entries)}</dd>
      <dt>Decided again</dt>
      <dd className="figures">{count(redecided)}</dd>
      <dt>Only folded</dt>
      <dd className="figures">{count(folded)}</dd>
      <dt>Took</dt>
      <dd className="figures">
        {seconds(ms)} · {rate(entries, ms)} a second
      </dd>
      <dt>Head here</dt>
      <dd>
        <code className="hash">{head.hash}</code>
      </dd>
      <dt>Head of the node</dt>
      <dd>{isSame ? 'the same' : <code className="hash">{published.hash}</code>}</dd>
    </dl>
  );
}

function Done(props: { readonly verified: Verified; readonly ms: number }) {
  const { verified } = props;
  const { agrees, redecided, folded, differences, broken, undecided, laws } = verified;
  return (
    <div className="verify-done" role="status">
      <p className="verdict" data-good={agrees}>
        <span aria-hidden="true">{agrees ? '✓' : '✗'}</span>
        <span>
          {agrees
            ? `All agree: ${count(redecided)} entries decided again${
                folded === 0 ? '' : `, ${count(folded)} only folded`
              }; ${laws} invariants hold, and the head is the node’s.`
            : 'This journal does not agree with its rules.'}
        </span>
      </p>
      {differences.map(({ seq, what }) => (
        <p key={`${seq} ${what}`} className="note" data-tone="bad">
          Entry {count(seq)}: {what}
        </p>
      ))}
      {broken.map(({ name, detail }) => (
        <p key={name} className="note" data-tone="bad">
          {lawWords(name)}: {detail}
        </p>
      ))}
      {undecided.map(({ version, why, entries }) => (
        <p key={version} className="quiet">
          Only folded: {count(entries)} of {version} ({why})
        </p>
      ))}
      <Figures verified={verified} ms={props.ms} />
    </div>
  );
}

export function VerifyCard() {
  const { state, start, cancel } = useVerify();
  const begin = (): void => {
    const seen = headSeen();
    start({
      url: location.origin,
      ...(seen && { seen: { seq: seen.seq, hash: seen.hash.slice(0, 8) } }),
    });
  };
  return (
    <section className="card pad" aria-labelledby="verify">
      <h2 id="verify">Verify it all in this browser</h2>
      <p className="quiet">
        Reads the whole journal and decides every command again, with the same code as the nodes:
        the chain of hashes, what each command led to, and the books after it. Nothing is taken at
        anybody’s word. On your own machine:{' '}
        <code>npm run fairground -- verify {location.origin}</code>
      </p>
      {state.is === 'running' && <Running state={state} onCancel={cancel} />}
      {state.is === 'done' && <Done verified={state.verified} ms={state.ms} />}
      {(state.is === 'failed' || state.is === 'forked') && (
        <p className="note" data-tone="bad" role="alert">
          {state.says}
        </p>
      )}
      {state.is !== 'running' && (
        <button type="button" className="button accent" onClick={begin}>
          {state.is === 'idle' ? 'Verify' : 'Verify again'}
        </button>
      )}
    </section>
  );
}
