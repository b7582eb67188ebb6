/**
 * Builds that are older, newer or wrong by a micro, played by replacing a module: what they say of golden journals.
 *
 * Long because the builds that are played and what each of them says are read together.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as Engine from '../src/index.js';
import type * as Registry from '../src/mechanism/registry.js';
import { chain, decodeEntry, encodeBody, type Entry, hashZero, sealBody } from '../src/index.js';
import type { AnyMechanism, Fill, PledgeMechanism, Pool } from '../src/mechanism/mechanism.js';
import { indexOf, NEWEST, readGolden } from './golden/golden.js';

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.doUnmock('../src/rules.js');
});

/** The engine, made anew of the modules as they are now. */
const build = (): Promise<typeof Engine> => import('../src/index.js');

/** What that build says of a journal. */
async function says(journal: string, lines: readonly string[]) {
  const { Verifier, stateHash } = await build();
  const verifier = new Verifier(journal);
  for (const line of lines) verifier.add(line);
  const proof = verifier.report();
  return {
    ...proof,
    state: stateHash(proof.world),
    broken: proof.invariants.filter(({ detail }) => detail !== undefined),
  };
}

const entriesOf = (lines: readonly string[]): readonly Entry[] => lines.map(decodeEntry);

/** The same entries under the same journal, changed, with all hashes made anew. */
function rechained(journal: string, entries: readonly Entry[]): string[] {
  let hash = hashZero(journal);
  return entries.map((entry, index) => {
    const body = encodeBody({ ...entry, seq: index + 1 });
    hash = chain(hash, body);
    return sealBody(body, hash);
  });
}

const rules = (changed: object): void =>
  void vi.doMock('../src/rules.js', async (original) => ({ ...(await original()), ...changed }));

const buys = ({ events }: Entry): boolean =>
  events.some((event) => event.type === 'traded' && event.side === 'buy');
const sells = ({ events }: Entry): boolean =>
  events.some((event) => event.type === 'traded' && event.side === 'sell');
const ends = ({ events }: Entry): boolean => events.some(({ type }) => type === 'paid_out');

type Slip = (mechanism: AnyMechanism) => AnyMechanism;

/** A pool whose fills are another's but for one micro. */
const withFills =
  (change: (fill: Fill) => Fill): Slip =>
  (mechanism) => {
    if (!mechanism.pool) throw new Error('it has no pool');
    const { pool } = mechanism;
    const slipped = (of: Pool): Pool => ({
      prices: () => of.prices(),
      buyBySpend: (...asked) => slip(of.buyBySpend(...asked)),
      buyByShares: (...asked) => slip(of.buyByShares(...asked)),
      sell: (...asked) => slip(of.sell(...asked)),
    });
    const slip = (fill: Fill | undefined) => fill && change(fill);
    return { ...mechanism, pool: (...where) => slipped(pool(...where)) };
  };

const oneShareLess = withFills((fill) =>
  fill.side === 'buy' ? { ...fill, gets: fill.gets - 1n } : fill,
);
const oneMicroLess = withFills((fill) =>
  fill.side === 'sell' ? { ...fill, gets: fill.gets - 1n } : fill,
);
const dearer: Slip = (mechanism) => {
  const { pledges } = mechanism as PledgeMechanism;
  const price: typeof pledges.price = (...of) => pledges.price(...of) + 1n;
  return { ...mechanism, pledges: { ...pledges, price } } as PledgeMechanism;
};

const worthLess: Slip = (mechanism) => ({
  ...mechanism,
  values: (...of) => mechanism.values(...of)?.map((value) => (value > 0n ? value - 1n : value)),
});

describe('[Y5] a formula that differs by one micro is told by the first entry it would have changed', () => {
  test.each([
    ['cpmm', 'cpmm', 'one microshare less for a buy', oneShareLess, buys],
    ['cpmm', 'cpmm', 'one micro-Point less for a sale', oneMicroLess, sells],
    ['cpmm', 'cpmm', 'a millionth less for what came true', worthLess, ends],
    ['lmsr', 'lmsr', 'one microshare less for a buy', oneShareLess, buys],
    ['curve', 'curve', 'one micro-Point less for a sale', oneMicroLess, sells],
    [
      'rally',
      'rally',
      'one micro-Point more a unit',
      dearer,
      ({ events }: Entry) => events[0]?.type === 'joined',
    ],
  ] as const)('%s: %s.ts with %s', async (name, module, _what, slip, touches) => {
    const { journal, lines } = readGolden(NEWEST, name);
    const path = `../src/mechanism/${module}.js`;
    vi.doMock(path, async (original) => {
      const made = await original<Record<string, AnyMechanism>>();
      return { ...made, [module]: slip(made[module]!) };
    });
    try {
      const proof = await says(journal, lines);
      const first = entriesOf(lines).find(touches)?.seq;
      expect(first).toBeGreaterThan(0);
      expect(proof.differences[0]?.seq).toBe(first);
      // What is folded rests on no formula: the state is what it was.
      expect([proof.entries, proof.state]).toEqual([lines.length, indexOf(NEWEST)[name]?.state]);
    } finally {
      vi.doUnmock(path);
    }
  });
});

describe('versions that do not decide here', () => {
  /** How many entries are about a market of that mechanism. */
  const about = (lines: readonly string[], market: string): number =>
    entriesOf(lines).filter(({ command, events }) =>
      [command.wish, ...events].some((one) => 'market' in one && one.market === market),
    ).length;

  test.each([
    ['cpmm', 'M1'],
    ['curve', 'S1'],
    ['shortfall', 'M1'],
  ])(
    '[Y6] a retired mechanism is folded to the same state and counted with its reason: %s',
    async (name, market) => {
      const { journal, lines } = readGolden(NEWEST, name);
      const version = name === 'curve' ? 'curve@1' : 'cpmm@1';
      rules({ RETIRED: new Map([[version, 'it gave a micro too much']]) });
      const proof = await says(journal, lines);
      expect([proof.differences, proof.broken]).toEqual([[], []]);
      expect(proof.state).toBe(indexOf(NEWEST)[name]?.state);
      const entries = about(lines, market);
      expect(entries).toBeGreaterThan(5);
      expect(proof.undecided).toEqual([{ version, why: 'it gave a micro too much', entries }]);
      expect([proof.folded, proof.redecided]).toEqual([entries, lines.length - entries]);
    },
  );

  test('[Y6] retired rules are folded and counted; what later rules decided is decided again', async () => {
    const { journal, lines } = readGolden(NEWEST, 'lmsr');
    const before = 20;
    const adopting: Entry = {
      ...decodeEntry(lines[0] ?? ''),
      command: { by: 'system', wish: { type: 'adopt_rules', rules: 2 } },
      events: [{ type: 'rules_adopted', rules: 2 }],
    };
    const entries = entriesOf(lines);
    const later = rechained(journal, [
      ...entries.slice(0, before),
      { ...adopting, at: entries[before]!.at },
      ...entries.slice(before).map((entry) => ({ ...entry, rules: 2 })),
    ]);
    rules({ RULES: 2, RETIRED: new Map([['rules 1', 'they were a draft']]) });
    const proof = await says(journal, later);
    expect(proof.differences).toEqual([]);
    expect(proof.undecided).toEqual([
      { version: 'rules 1', why: 'they were a draft', entries: before + 1 },
    ]);
    expect(proof.redecided).toBe(lines.length - before);
  });

  test('[Y7] a newer version of a mechanism is folded as far as its events say, and counted', async () => {
    const { journal, lines } = readGolden(NEWEST, 'lmsr');
    const newer = entriesOf(lines).map((entry) => ({
      ...entry,
      events: entry.events.map((event) =>
        event.type === 'market_created' && event.market === 'L1'
          ? { ...event, mechanism: 'lmsr@2' as 'lmsr@1' }
          : event,
      ),
    }));
    const proof = await says(journal, rechained(journal, newer));
    const [entries, of2] = [about(lines, 'L1'), about(lines, 'L2')];
    expect([proof.differences, proof.broken]).toEqual([[], []]);
    expect(proof.undecided).toEqual([
      { version: 'lmsr@2', why: 'a newer build wrote it', entries },
    ]);
    expect(proof.entries).toBe(lines.length);
    expect(proof.redecided).toBe(lines.length - entries);
    expect(of2).toBeGreaterThan(5);
    expect(proof.world.books.balance('player:ana', 'points')).toBeGreaterThan(0n);
  });

  test('[Y7] an event, a mechanism or a form that this build cannot read stops it there, never skipped', async () => {
    const { journal, lines } = readGolden(NEWEST, 'curve');
    const seq =
      entriesOf(lines).find(({ events }) => events[0]?.type === 'market_created')?.seq ?? 0;
    for (const [from, to] of [
      ['"type":"market_created"', '"type":"market_invented"'],
      ['"mechanism":"curve@1"', '"mechanism":"arc@1"'],
      ['"mechanism":"curve"', '"mechanism":"arc"'],
      ['"events":', '"trace":1,"events":'],
    ] as const) {
      let hash = hashZero(journal);
      const alien = lines.map((line) => {
        const body = line.slice(0, -75);
        const changed = body.includes(`"seq":${seq},`) ? body.replace(from, to) : body;
        hash = chain(hash, changed);
        return sealBody(changed, hash);
      });
      const proof = await says(journal, alien);
      expect(
        proof.differences.map((one) => one.seq),
        to,
      ).toEqual([seq]);
      expect([proof.entries, proof.head.seq], to).toEqual([seq - 1, seq - 1]);
    }
  });

  test('[Y8] an entry cannot name rules that are not in force, lower or higher', async () => {
    const { journal, lines } = readGolden(NEWEST, 'lmsr');
    for (const other of [0, 2]) {
      const forged = entriesOf(lines).map((entry) =>
        entry.seq === 9 ? { ...entry, rules: other } : entry,
      );
      const { differences } = await says(journal, rechained(journal, forged));
      expect(differences).toEqual([
        { seq: 9, what: `it says rules ${other}, but rules 1 are in force` },
      ]);
    }
  });

  test('[Y9] a command that cannot be decided at all any more is a difference, and the rest is still read', async () => {
    const { journal, lines } = readGolden(NEWEST, 'curve');
    const path = '../src/market/fact.js';
    vi.doMock(path, async (original) => ({
      ...(await original()),
      decideUndo: () => {
        throw new Error('there is no undoing');
      },
    }));
    const proof = await says(journal, lines);
    vi.doUnmock(path);
    const seq = entriesOf(lines).find(({ command }) => command.wish.type === 'undo_fact')?.seq;
    expect(proof.differences).toEqual([
      { seq, what: 'it cannot be decided again: Error: there is no undoing' },
    ]);
    expect(proof.entries).toBe(lines.length);
  });
});

describe('a build with higher rules', () => {
  test('[Y10] leads with the old ones until they are adopted, once, and never goes back', async () => {
    rules({ RULES: 3 });
    const { createWorld, decide, fold } = await build();
    const world = createWorld();
    const at = 1_790_000_000_000;
    const ask = (number: number) => {
      const command = { by: 'system', wish: { type: 'adopt_rules', rules: number } } as const;
      const decision = decide(world, command, at);
      if (decision.kind !== 'accepted') return decision;
      const { seq } = world;
      const { events } = decision;
      fold(world, { v: 1, seq: seq + 1, at, rules: world.rules, command, events, hash: '' });
      return world.rules;
    };
    expect(world.rules).toBe(1);
    expect(ask(1)).toMatchObject({ code: 'already_so' });
    expect(ask(2)).toBe(2);
    expect(ask(2)).toMatchObject({ code: 'already_so' });
    expect(ask(4)).toMatchObject({ code: 'malformed' });
    expect(ask(3)).toBe(3);
    expect(ask(2)).toMatchObject({ code: 'already_so' });
  });

  test('[M18] a market keeps its version, and new ones open with the next only under the new rules', async () => {
    rules({ RULES: 2 });
    const path = '../src/mechanism/registry.js';
    vi.doMock(path, async (original) => {
      const first = await original<typeof Registry>();
      const second = oneShareLess(first.mechanismOf('cpmm@1'));
      const next = 'cpmm@2' as 'cpmm@1';
      const mechanismOf: typeof first.mechanismOf = (id) =>
        id === next ? { ...second, id } : first.mechanismOf(id);
      const versionFor: typeof first.versionFor = (terms, inForce) =>
        inForce < 2 ? first.versionFor(terms, inForce) : next;
      return { ...first, mechanismOf, versionFor, newestFor: () => next };
    });
    const { Trial, draftOf, CPMM, d, show } = await import('./trial.js');
    const trial = new Trial().account('ana', '1000').cpmm('M1', '1000');
    const drafted = (market: string, terms = CPMM) =>
      ({ market, draft: draftOf({ ...terms, deposit: d('1000') }) }) as const;
    trial.grant('treasury', '3000');
    trial.run('system', { type: 'create_market', sponsor: 'treasury', ...drafted('OLD') });
    trial.run('system', { type: 'adopt_rules', rules: 2 });
    trial.run('system', { type: 'create_market', sponsor: 'treasury', ...drafted('NEW') });
    trial.run('system', { type: 'edit_draft', ...drafted('OLD', { ...CPMM, bps: 100 }) });
    for (const market of ['OLD', 'NEW']) trial.run('system', { type: 'open', market });
    const versions = ['M1', 'OLD', 'NEW'].map((market) => trial.market(market).mechanism);
    expect(versions).toEqual(['cpmm@1', 'cpmm@1', 'cpmm@2']);
    const got = ['M1', 'NEW'].map((market) => show(trial.buy('ana', market, 'YES', '100').gets));
    expect(got).toEqual(['187.253187', '187.253186']);
    vi.doUnmock(path);
  });
});
