import { ONE } from '@fairground/engine';
import { expect, test } from 'vitest';
import { buy, Played, player, settle } from '../test/played.js';
import { groupAfter } from '../test/groups.js';
import { encodeFrame, groupFrom, readBody, readHeader } from './file-frame.js';
import { type CommandSteps, isSampled, TRACE_LIMITS, tracesIn } from './traces.js';

const context = (n: number, flags = '01'): string =>
  `00-${'ab'.repeat(16)}-${String(n).padStart(16, '0')}-${flags}`;

test('[S27] only a well-formed context that somebody records is one', () => {
  expect([context(1), context(1, '03')].map(isSampled)).toEqual([true, true]);
  const none = [
    '',
    'x',
    context(1, '00'),
    context(1, '02'),
    context(0),
    context(1).toUpperCase(),
    context(1).replace('00-', 'ff-'),
    context(1).replace('ab'.repeat(16), '0'.repeat(32)),
    `${context(1)} `,
    `${context(1)}-more`,
    `${context(1)}\n`,
  ];
  expect(none.filter(isSampled)).toEqual([]);
  expect(tracesIn(`${context(1)} rubbish ${context(2)}`)).toEqual([context(1), context(2)]);
});

test('[S27] the group keeps it, its steps are told, and the entries are those of an exchange without', async () => {
  const told: CommandSteps[] = [];
  const [with_, without] = [
    await Played.open({ onTraced: (steps) => told.push(steps) }),
    await Played.open(),
  ];
  for (const played of [with_, without]) {
    const command = played.command({ by: 'ana', key: 'one', wish: buy(ONE) });
    const hang = played.journal.hangNext('before');
    const trace = played === with_ ? context(7) : undefined;
    const first = played.sequencer.submit(command, 1, { trace });
    await hang.reached;
    await played.timer.advance(40);
    hang.release();
    expect(await first).toMatchObject({ kind: 'done' });
    // A repetition and a refusal are no entries; what nobody records is not told.
    await played.sequencer.submit(command, 1, { trace: trace && context(8) });
    await played.sequencer.submit(
      played.command({ by: 'ana', key: 'two', wish: buy(10n ** 15n) }),
      1,
      { trace: trace && context(9) },
    );
    await played.sequencer.submit(played.command({ key: 'three', wish: player(5) }), 1, {
      trace: trace && context(1, '00'),
    });
    await settle();
  }
  // But for the ids of the opening, which are drawn, and the hashes that follow from them.
  const bare = ({ lines }: Played): string[] =>
    lines.map((line) => line.replaceAll(/"(id|hash)":"[0-9a-f]+"/g, ''));
  expect(bare(with_)).toEqual(bare(without));
  expect(with_.groups.flatMap(({ meta }) => meta ?? [])).toEqual([context(7)]);
  expect(without.groups.flatMap(({ meta }) => meta ?? [])).toEqual([]);
  expect(told.map(({ trace, seq }) => [trace, seq !== undefined])).toEqual([
    [context(7), true],
    [context(8), false],
    [context(9), false],
  ]);
  const { cameAt, takenAt, decidedAt, sentAt = 0, durableAt = 0 } = told[0]!;
  expect(cameAt <= takenAt && takenAt <= decidedAt && decidedAt <= sentAt).toBe(true);
  expect(durableAt - sentAt).toBe(40);
});

test('[S27] what is beyond 16 KiB of a group is dropped, and one batch names its own once', async () => {
  const played = await Played.open();
  const hang = played.journal.hangNext('before');
  const first = played.sequencer.submit(played.command({ wish: player(0) }), 1, {
    trace: context(1),
  });
  await hang.reached;
  const rest = Array.from({ length: 400 }, (_, n) =>
    played.sequencer.submit(played.command({ wish: player(n + 1) }), 1, {
      trace: context(n < 100 ? 2 : n + 2),
    }),
  );
  hang.release();
  await Promise.all([first, ...rest]);
  const kept = played.groups.filter(({ meta }) => meta !== undefined);
  expect(kept.length).toBeGreaterThan(1);
  expect(tracesIn(kept[0]?.meta)).toEqual([context(1)]);
  for (const { meta = '' } of kept)
    expect(meta.length).toBeLessThanOrEqual(TRACE_LIMITS.metaBytesMax);
  const second = tracesIn(kept[1]?.meta);
  expect(second.slice(0, 2)).toEqual([context(2), context(102)]);
  expect(second).toHaveLength(Math.floor((TRACE_LIMITS.metaBytesMax + 1) / 56));
  expect(await played.agrees()).toBe(true);
});

test('[J18] on disk a changed byte of them is found like any other, and a group without has the old form', () => {
  const id = '0123456789abcdef'.repeat(2);
  const group = groupAfter({ grp: 1, term: 1, lastSeq: 0, hash: 'a'.repeat(64) }, [4, 4]);
  const bare = encodeFrame(id, group).toString('latin1');
  expect(bare.slice(0, bare.indexOf('\n'))).not.toContain('+');
  const bytes = encodeFrame(id, { ...group, meta: context(3) });
  const header = readHeader(id, bytes, 0)!;
  expect(header.end).toBe(bytes.length);
  expect(groupFrom(header, readBody(id, bytes, header)!)).toEqual({ ...group, meta: context(3) });
  for (let at = header.bodyAt; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(readBody(id, changed, header)).toBeUndefined();
  }
  for (let end = header.bodyAt; end < bytes.length; end++)
    expect(readBody(id, bytes.subarray(0, end), header)).toBeUndefined();
});
