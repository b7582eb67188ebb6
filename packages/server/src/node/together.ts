/** One of several nodes on one database: whoever holds the lease leads, the others follow and forward. */
import {
  FileQuarantine,
  lawsRemembering,
  nodeTimer,
  openPostgresJournal,
  type Sequencer,
  type SharedJournal,
  SnapshotTurns,
} from '@fairground/journal';
import { openPending } from '../accounts.js';
import type { Config } from '../config.js';
import { Feed } from '../live/feed.js';
import { adoptRules } from '../rules.js';
import type { Alarms } from './alarms.js';
import { Forwarder } from './forwarder.js';
import { freshPlace } from './fresh-place.js';
import { Member, type MemberOptions } from './member.js';
import { NodePast } from './node-past.js';
import type { Part, Stores } from './part.js';
import { type Standing, Witness } from './witness.js';
import { PrivateDoor } from './private-door.js';
import { PrivateLine } from './private-line.js';
import { Seal } from './seal.js';

export function openShared(
  { journalUrl = '', cluster }: Config,
  alarms: Alarms,
): Promise<SharedJournal> {
  const url = cluster?.url ?? '';
  return openPostgresJournal({
    connect: journalUrl,
    name: url === '' ? 'node' : url,
    url,
    onAlarm: (reason) => alarms.raise(reason, false),
  });
}

interface Together extends Stores {
  readonly journal: SharedJournal;
  /** How many entries there are from one snapshot to the next. */
  readonly snapshotEvery?: number | undefined;
  /** And from one digest to the next. */
  readonly digestEvery?: number | undefined;
}

const SAYS: Readonly<Record<Standing, string>> = {
  in: 'It takes part.',
  doubted: 'It shows nothing and does not lead until that is known.',
  wrong: 'It shows nothing and does not lead until it is started anew.',
};

export async function joinNodes(stores: Together): Promise<Part> {
  const { journal, clock, alarms } = stores;
  const { cluster } = stores.config;
  const onAlarm = (reason: string): void => alarms.raise(reason, false);
  const seal = cluster && new Seal(cluster.secret, clock);
  const forwarder = forwarderOf(stores, seal, () => member.leading?.sequencer);
  const onFalse = (reason: string): void => witness.condemn(reason);
  const past = new NodePast(journal, () => member.world, { onAlarm, onFalse });
  const quarantine = new FileQuarantine(stores.config.dataDir);
  const beside = { forwarder, past, quarantine };
  const member: Member = new Member(optionsOf(stores, beside, () => rewound()));
  const feed = new Feed({
    sequencer: member,
    steady: clock.steady,
    last: past.last,
    newest: async () => {
      if (member.leading) return member.durable;
      const { lastSeq: seq, hash } = await journal.head();
      return { seq, hash };
    },
  });
  let rewound = (): void => {};
  const witness = witnessOf(stores, member);
  const turns = turnsOf(stores, member);
  let isDraining = false;
  const door = await doorOf(stores, seal, () => (isDraining ? undefined : member.leading));
  try {
    await member.begin();
  } catch (error) {
    await Promise.all([past.stop(), door?.close()]);
    throw error;
  }
  return {
    sequencer: member,
    history: past.history,
    feed,
    isBehind: () => member.isBehind,
    report: () => member.report(),
    fresh: () => freshPlace(member, forwarder, journal),
    quarantine,
    begin: (shell) => {
      rewound = () => {
        witness.rewound();
        shell.wake.rewound();
      };
      member.onFolded((entry) => witness.folded(entry));
      member.onDurable((seq) => witness.durable(seq));
      member.onReset(() => witness.vanished());
      witness.start();
      return member.takePart();
    },
    begun: () => {
      member.onDurable((seq) => turns.reached(seq));
      turns.reached(member.durable.seq);
    },
    drain: async () => {
      isDraining = true;
      await member.close();
    },
    stop: async () => {
      turns.stop();
      await Promise.all([past.stop(), witness.stop()]);
      forwarder.close();
      await door?.close();
    },
    ended: () => turns.idle(),
  };
}

function forwarderOf(
  { journal, config, clock, traces }: Together,
  seal: Seal | undefined,
  here: () => Sequencer | undefined,
): Forwarder {
  return new Forwarder({
    line: seal && config.cluster && new PrivateLine(seal, config.cluster.url),
    lease: () => journal.lease(),
    here,
    steady: clock.steady,
    traces,
  });
}

async function doorOf(
  { journal, config, alarms }: Together,
  seal: Seal | undefined,
  leading: () => Member['leading'],
): Promise<PrivateDoor | undefined> {
  if (!config.cluster || !seal) return undefined;
  return PrivateDoor.open(config.cluster.listen, {
    seal,
    leading,
    barrier: () => journal.barrier(),
    onFault: (error) => alarms.raise(`The private door: ${String(error)}`, false),
  });
}

function witnessOf({ journal, alarms, digestEvery }: Together, member: Member): Witness {
  return new Witness({
    journal,
    timer: nodeTimer,
    world: () => member.world,
    everyEntries: digestEvery,
    onAlarm: (reason) => alarms.raise(reason, false),
    onStanding: (standing, reason) => {
      member.standAside(standing !== 'in');
      alarms.raise(`${reason} ${SAYS[standing]}`, standing === 'wrong');
    },
  });
}

function turnsOf({ journal, alarms, snapshotEvery }: Together, member: Member): SnapshotTurns {
  return new SnapshotTurns({
    journal,
    timer: nodeTimer,
    leads: () => member.leading !== undefined,
    everyEntries: snapshotEvery,
    onAlarm: (reason) => alarms.raise(reason, false),
  });
}

/** What a member works with. */
interface Beside {
  readonly forwarder: Forwarder;
  readonly past: NodePast;
  readonly quarantine: FileQuarantine;
}

function optionsOf(
  { journal, vault, config, clock, alarms, traces, ids, onProgress }: Together,
  { forwarder, past, quarantine }: Beside,
  onRewound: () => void,
): MemberOptions {
  return {
    journal,
    clock,
    past,
    acceptLoss: config.acceptLoss,
    onRewound,
    onProgress,
    laws: lawsRemembering(ids),
    quarantine,
    forward: (command, attempt, beside) => forwarder.submit(command, attempt, beside),
    ...(traces && { onTraced: (steps) => traces.command(steps) }),
    onLead: async (sequencer) => {
      const registry = { vault, clock, sequencer };
      await openPending(registry);
      if (!config.keepRules) await adoptRules(registry);
    },
    onAlarm: alarms.raise,
  };
}
