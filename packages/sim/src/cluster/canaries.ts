/**
 * Bugs between nodes that are planted, each of which the cluster's laws must catch: through seams only, wrappers of the
 * journal, the line, the porter and the engine.
 */
import type { SharedJournal } from '@fairground/journal';
import { NotSent, Porter, Seal } from '@fairground/server';
import type { ClusterCanary } from './canary.js';
import { type ClusterFault, type ClusterRates, noClusterFaults } from './swarm.js';

/** Only these faults, so often; all others never. */
const bad = (rates: Partial<Record<ClusterFault, number>>): { faults: ClusterRates } => ({
  faults: { ...noClusterFaults(), ...rates },
});

/** The journal with some of what it does done otherwise. */
const wrapped = (journal: SharedJournal, other: Partial<SharedJournal>): SharedJournal => ({
  id: journal.id,
  holder: journal.holder,
  barrier: journal.barrier,
  digests: journal.digests,
  append: (group, prev) => journal.append(group, prev),
  read: (after, limit) => journal.read(after, limit),
  groupOf: (seq) => journal.groupOf(seq),
  head: () => journal.head(),
  take: (seen) => journal.take(seen),
  lease: () => journal.lease(),
  beat: () => journal.beat(),
  release: () => journal.release(),
  forget: () => journal.forget(),
  close: () => journal.close(),
  ...other,
});

const LEADERS = { paused: 60, paused_at_await: 6, request_delayed: 100, answer_lost: 100 };
const HOPS = { hop_late: 200, hop_answer_lost: 150, answer_lost: 60, paused: 10 };

export const CLUSTER_CANARIES: readonly ClusterCanary[] = [
  {
    name: 'leads_from_an_old_head',
    says: 'a new leader believes the head that it reads, not the row that begins its term',
    seeds: 60,
    swarm: { ...bad({ ...LEADERS, stale_read: 400 }), nodes: 4, stepMs: 2_500 },
    journal: (journal) =>
      wrapped(journal, {
        take: (seen) => journal.take(seen).then((head) => ({ ...head, grp: 0 })),
      }),
  },
  {
    name: 'refuses_unasked',
    says: 'neither a refusal nor a fresh read waits for the barrier',
    seeds: 60,
    swarm: { ...bad(LEADERS), nodes: 4, stepMs: 400 },
    journal: (journal) => wrapped(journal, { barrier: async () => true }),
  },
  {
    name: 'reads_its_own',
    says: 'a follower answers a fresh read by what it holds itself',
    seeds: 10,
    fresh: async ({ durable }) => durable,
  },
  {
    name: 'always_the_first',
    says: 'what is sent again over another line says that it is the first attempt',
    seeds: 60,
    swarm: { ...bad(HOPS), nodes: 4 },
    line: (line) => ({
      close: () => line.close(),
      ask: (url, path, body, waitMs) =>
        line.ask(url, path, body.replace(/"attempt":\d+/g, '"attempt":1'), waitMs),
    }),
  },
  {
    name: 'cut_is_unsent',
    says: 'a line that was cut is taken for one that never opened',
    seeds: 30,
    swarm: { ...bad(HOPS), nodes: 4 },
    line: (line) => ({
      close: () => line.close(),
      ask: (url, path, body, waitMs) =>
        line.ask(url, path, body, waitMs).catch((error: unknown) => {
          throw new NotSent(String(error));
        }),
    }),
  },
  {
    name: 'opens_twice',
    says: 'the porter forgets which seals he has opened',
    seeds: 60,
    swarm: { ...bad({ hop_copied: 500 }), nodes: 4 },
    porter: (_, { clock, member, journal, process }) => ({
      hear: (knock) =>
        new Porter({
          seal: new Seal('what all nodes here know and nobody else', clock),
          leading: () => member.leading,
          barrier: journal.barrier,
          timer: process,
        }).hear(knock),
    }),
  },
  {
    name: 'believes_any_clock',
    says: "a leader does not hold its clock against the database's",
    seeds: 20,
    swarm: { ...bad({ clock_off_at_start: 500, clock_jump: 40, killed: 30 }), stepMs: 2_500 },
    journal: (journal) =>
      wrapped(journal, { beat: () => journal.beat().then(({ leads }) => ({ leads })) }),
  },
  {
    name: 'fault_again',
    says: 'a command that broke the engine is sent again',
    seeds: 20,
    swarm: { ...bad({ decide_throws: 150 }), nodes: 4 },
    line: (line) => ({
      close: () => line.close(),
      ask: async (url, path, body, waitMs) => {
        const said = await line.ask(url, path, body, waitMs);
        return { ...said, status: said.body.includes('"kind":"fault"') ? 409 : said.status };
      },
    }),
  },
  {
    name: 'knows_all_versions',
    says: 'an older build says that it knows what a newer one has led with',
    seeds: 20,
    swarm: { ...bad({ killed: 40 }), older: 50, stepMs: 2_500 },
    v: 9,
  },
];
