/** `fairground verify`: decides every command of a journal again, and says where the journal and the rules disagree. */
import type { Proof } from '@fairground/engine';
import { verifyLines } from '@fairground/journal';
import { Failure } from '../exit.js';
import { until } from '../lines.js';
import { counted, grouped, json, line, plain } from '../print.js';
import { progress } from '../progress.js';
import { type JsonOption, withJson } from '../settings.js';
import { openSource, type Source, storeSource } from '../source.js';
import { type StoreOptions, storeOf, withStore } from '../store.js';
import { factsText, marketsText, summaryOf } from '../summary.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

type VerifyOptions = StoreOptions & JsonOption;

/** More differences than this say nothing new to a person. */
const SHOWN_MAX = 10;

export function addVerify(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('verify')
    .description(
      'Decide every command of a journal again and compare: bytes, chain, decisions, books.',
    )
    .argument(
      '[source]',
      'a data directory or a database (its nodes may run on), an exported file, or a server’s address',
    )
    .example('verify', 'The journal in the data directory, or in the database of DATABASE_URL.')
    .example('verify journal.ndjson', 'An exported file, on any machine.')
    .example('verify http://127.0.0.1:4000', 'What a server shows to the world.');
  withJson(withStore(verb, terminal)).action(
    async (name: string | undefined, options: VerifyOptions, self: Verb) => {
      const source =
        name === undefined
          ? await storeSource(await storeOf(terminal, options, self))
          : await openSource(terminal, name);
      await verify(terminal, source, options);
    },
  );
}

async function verify(terminal: Terminal, source: Source, options: VerifyOptions): Promise<void> {
  const proof = await prove(terminal, source);
  const found: Found = {
    source,
    proof,
    differences: [
      ...proof.differences,
      ...(await headDifference(source, proof)),
      ...missing(source, proof),
    ],
    broken: proof.invariants.filter(({ detail }) => detail !== undefined),
  };
  if (options.json) json(terminal, verdict(found));
  else tell(terminal, found);
  const [first] = found.differences;
  if (first) {
    throw new Failure('difference', `The first difference is at entry ${grouped(first.seq)}.`);
  }
  if (found.broken.length === 0) return;
  const laws = found.broken.map((law) => law.name.replaceAll('_', ' ')).join(', ');
  throw new Failure('difference', `A law does not hold: ${laws}.`);
}

interface Found {
  readonly source: Source;
  readonly proof: Proof;
  readonly differences: Differences;
  readonly broken: Proof['invariants'];
}

function verdict({ source, proof, differences, broken }: Found): Record<string, unknown> {
  const { entries, redecided, folded, undecided, head } = proof;
  const invariants = proof.invariants.map(({ name, detail }) => {
    return { name, holds: detail === undefined, detail };
  });
  const agrees = differences.length === 0 && broken.length === 0;
  const figures = { entries, redecided, folded, undecided, head, differences, invariants };
  const { name, journalId: journal } = source;
  return { source: name, journal, agrees, ...figures, ...summaryOf(proof) };
}

function tell({ out }: Terminal, { proof, differences, broken }: Found): void {
  line(out, headline(proof, broken.length));
  for (const { version, why, entries } of proof.undecided) {
    line(
      out,
      `  not decided again: ${counted(entries, 'entry', 'entries')} of ${plain(version)} (${plain(why)})`,
    );
  }
  for (const text of [factsText(proof), marketsText(proof)]) if (text !== '') line(out, text);
  for (const { seq, what } of differences.slice(0, SHOWN_MAX)) {
    line(out, `  entry ${grouped(seq)}: ${plain(what)}`);
  }
  for (const { name, detail } of broken) {
    line(out, `  ${name.replaceAll('_', ' ')}: no: ${plain(detail ?? '')}`);
  }
}

async function prove(terminal: Terminal, source: Source): Promise<Proof> {
  const bar = progress(terminal, 'verifying', 'entries');
  try {
    return await verifyLines(until(terminal.signal, source.chunks), {
      journalId: source.journalId,
      onProgress: (entries) => bar.at(entries, source.entries),
    });
  } finally {
    bar.end();
  }
}

type Differences = Proof['differences'];

/** Whoever shows the journal also names its hashes: they must be these. */
async function headDifference(source: Source, { head, entries }: Proof): Promise<Differences> {
  if (entries === 0) return [];
  const published = await source.publishedHash(head.seq);
  if (published === undefined || published === head.hash) return [];
  return [
    {
      seq: head.seq,
      what: `the server names the hash ${published.slice(0, 8)}…, the journal comes to ${head.hash.slice(0, 8)}…`,
    },
  ];
}

function missing(source: Source, { entries, differences }: Proof): Differences {
  if (source.entries === undefined || entries >= source.entries || differences.length > 0)
    return [];
  return [
    {
      seq: entries + 1,
      what: `there should be ${grouped(source.entries)} entries, but the lines end here`,
    },
  ];
}

/** `4 entries re-decided, 4 agree · books sum to 0 · head 9f2c0a11…` */
function headline(proof: Proof, broken: number): string {
  const { redecided, folded, head } = proof;
  // A line that is no entry was not decided either: it stands beyond the last one.
  const differing = new Set(
    proof.differences.map(({ seq }) => seq).filter((seq) => seq <= proof.entries),
  ).size;
  const agree = `${grouped(redecided - differing)} agree`;
  const only = folded === 0 ? '' : ` · ${counted(folded, 'entry', 'entries')} only folded`;
  const books =
    broken === 0 ? 'books sum to 0' : `${counted(broken, 'law does', 'laws do')} not hold`;
  return `${counted(redecided, 'entry', 'entries')} re-decided, ${agree}${only} · ${books} · head ${head.hash.slice(0, 8)}…`;
}
