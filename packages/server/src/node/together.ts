/** One of several nodes on one database: whoever holds the lease leads, the others follow and forward. */
import {
  FileQuarantine,
  nodeTimer,
  openPostgresJournal,
  type SharedJournal,
  SnapshotTurns,
} from '@fairground/journal';
import { openPending } from '../accounts.js';
import type { Config } from '../config.js';
import { Feed } from '../live/feed.js';
import { adoptRules } from '../rules.js';
import type { Alarms } from './alarms.js';
import { Forwarder } from './forwarder.js';
import { Member, type MemberOptions } from './member.js';
import { NodePast } from './node-past.js';
import type { Part, Stores } from './part.js';
import { PrivateDoor } from './private-door.js';
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
}

export async function joinNodes(stores: Together): Promise<Part> {
  const { journal, config, clock, alarms } = stores;
  const { cluster } = config;
  const onAlarm = (reason: string): void => alarms.raise(reason, false);
  const seal = cluster && new Seal(cluster.secret, clock);
  const forwarder = new Forwarder({
    seal,
    lease: () => journal.lease(),
    here: () => member.leading?.sequencer,
    steady: clock.steady,
  });
  const past = new NodePast(journal, () => member.world, onAlarm);
  const member: Member = new Member(optionsOf(stores, forwarder, past, () => rewound()));
  const feed = new Feed({ sequencer: member, steady: clock.steady, last: past.last });
  let rewound = (): void => {};
  const turns = new SnapshotTurns({
    journal,
    timer: nodeTimer,
    leads: () => member.leading !== undefined,
    everyEntries: stores.snapshotEvery,
    onAlarm,
  });
  let isDraining = false;
  const door =
    cluster && seal
      ? await PrivateDoor.open(cluster.url, {
          seal,
          leading: () => (isDraining ? undefined : member.leading),
          barrier: () => journal.barrier(),
          onFault: (error) => alarms.raise(`The private door: ${String(error)}`, false),
        })
      : undefined;
  try {
    await member.begin();
  } catch (error) {
    await door?.close();
    throw error;
  }
  return {
    sequencer: member,
    history: past.history,
    feed,
    isBehind: () => member.isBehind,
    fresh: async () => {
      if (!member.leading) return forwarder.fresh();
      const { durable } = member;
      return (await journal.barrier()) ? durable : undefined;
    },
    begin: (shell) => {
      rewound = () => shell.wake.rewound();
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
      await past.stop();
      forwarder.close();
      await door?.close();
    },
    ended: () => turns.idle(),
  };
}

function optionsOf(
  { journal, vault, config, clock, alarms, onProgress }: Together,
  forwarder: Forwarder,
  past: NodePast,
  onRewound: () => void,
): MemberOptions {
  return {
    journal,
    clock,
    past,
    acceptLoss: config.acceptLoss,
    onRewound,
    onProgress,
    quarantine: new FileQuarantine(config.dataDir),
    forward: (command, attempt) => forwarder.submit(command, attempt),
    onLead: async (sequencer) => {
      const registry = { vault, clock, sequencer };
      await openPending(registry);
      if (!config.keepRules) await adoptRules(registry);
    },
    onAlarm: alarms.raise,
  };
}
