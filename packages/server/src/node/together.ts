/** One of several nodes on one database: whoever holds the lease leads, the others follow and forward. */
import { FileQuarantine, openPostgresJournal, type SharedJournal } from '@fairground/journal';
import { openPending } from '../accounts.js';
import type { Config } from '../config.js';
import { Feed } from '../live/feed.js';
import { LastChanges } from '../live/topics.js';
import { MemoryHistory } from '../readmodel/history.js';
import { adoptRules } from '../rules.js';
import type { Alarms } from './alarms.js';
import { Forwarder } from './forwarder.js';
import { Member, type MemberOptions } from './member.js';
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
}

export async function joinNodes(stores: Together): Promise<Part> {
  const { journal, config, clock, alarms } = stores;
  const { cluster } = config;
  const seal = cluster && new Seal(cluster.secret, clock);
  const forwarder = new Forwarder({
    seal,
    name: cluster?.url ?? '',
    lease: () => journal.lease(),
    here: () => member.leading?.sequencer,
    steady: clock.steady,
  });
  const past = pastOf(() => member.world);
  const member: Member = new Member(optionsOf(stores, forwarder, past, () => rewound()));
  const feed = new Feed({ sequencer: member, steady: clock.steady, last: past.last });
  let rewound = (): void => {};
  let isDraining = false;
  const door =
    cluster && seal
      ? await PrivateDoor.open(cluster.listen, {
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
    report: () => member.report(),
    fresh: async () => {
      if (!member.leading) return forwarder.fresh();
      const { durable } = member;
      return (await journal.barrier()) ? durable : undefined;
    },
    begin: (shell) => {
      rewound = () => shell.wake.rewound();
      return member.takePart();
    },
    begun: () => undefined,
    drain: async () => {
      isDraining = true;
      await member.close();
    },
    stop: async () => {
      forwarder.close();
      await door?.close();
    },
    ended: async () => undefined,
  };
}

function pastOf(
  world: ConstructorParameters<typeof MemoryHistory>[0],
): MemberOptions['past'] & { readonly history: MemoryHistory; readonly last: LastChanges } {
  const history = new MemoryHistory(world);
  const last = new LastChanges();
  return {
    history,
    last,
    begin: (begun) => {
      history.clear();
      history.rebuild();
      last.begin(begun);
    },
    end: () => void history.caughtUp(),
    add: (entry, at) => {
      history.replayed(entry, at);
      last.add(entry);
    },
  };
}

function optionsOf(
  { journal, vault, config, clock, alarms, onProgress }: Together,
  forwarder: Forwarder,
  past: MemberOptions['past'],
  onRewound: () => void,
): MemberOptions {
  return {
    journal,
    clock,
    past,
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
