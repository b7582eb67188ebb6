/** A command id is done once: what a caller who asks again is told. */
import { expect, test } from 'vitest';
import { SYSTEM } from '../../src/index.js';
import { idOf, Live } from '../live.js';
import { CAST, story, tell } from '../story.js';

const OPEN = `
  ${CAST}
  eve  drafts   M1 cpmm 100 closes=13:00
  eve  opens    M1
`;

story(
  '[I1] the same id with the same content is answered with the first entry, whatever came since',
  `
  ${OPEN}
  ana  [k1 until 12:01] buys M1 YES 10  -> gets 18.725318
  ana  [k1 until 12:01] buys M1 YES 10  -> again 19
  at 12:02
  ana  [k1 until 12:01] buys M1 YES 10  -> again 19         # past its time
  ana  [k1 until 12:11] buys M1 YES 10  -> again 19         # valid_until is no content
  eve  freezes  ana
  ana  [k1] buys M1 YES 10              -> again 19
  eve  unfreezes ana
  ana  [k2 until 12:03] sells M1 YES all -> ok
  eve  closes   M1
  ana  [k1] buys M1 YES 10              -> again 19
  eve  resolves M1 NO
  clock pays    everyone
  ana  [k1] buys M1 YES 10              -> again 19
`,
);

story(
  '[I2] the same id with other content is refused, down to the last field',
  `
  ${OPEN}
  ana  [k1] buys M1 YES 10 min=5        -> ok
  ana  [k1] buys M1 YES 10              -> command_id_reused
  ana  [k1] buys M1 YES 10 min=5.000001 -> command_id_reused
  ana  [k1] buys M1 NO 10 min=5         -> command_id_reused
  ana  [k1] sells M1 YES 10 min=5       -> command_id_reused
  ana  [k1] mints M1 10                 -> command_id_reused
  ana  [k1] buys M1 YES 10.000000 min=5 -> again            # one amount, one content
`,
);

story(
  '[I3] the same key in another hand is another id',
  `
  ${OPEN}
  ana  [k1] buys M1 YES 10              -> gets 18.725318
  bob  [k1] buys M1 YES 10              -> gets 17.264593
  bob  [k1] buys M1 YES 10              -> again 20
  ana  [k1] buys M1 YES 10              -> again 19
`,
);

story(
  '[I4] past valid_until it has expired; in the very millisecond it has not',
  `
  ${OPEN}
  at 12:01
  ana  [k1 until 12:00:59.999] buys M1 YES 1 -> command_expired
  ana  [k1 until 12:01] buys M1 YES 1        -> ok
  ana  [k2 until 12:11:00.001] buys M1 YES 1 -> malformed    # more than 10 minutes ahead
  ana  [k2 until 12:11] buys M1 YES 1        -> ok
`,
);

story(
  '[I5] a refusal leaves no trace: the same id may be tried again, with other content too',
  `
  ${OPEN}
  ana  [k1] buys M1 YES 10 min=100      -> price_moved
  ana  [k1] buys M1 YES 10 min=100      -> price_moved
  ana  [k1] buys M1 YES 10 min=1        -> ok
  ana  [k1] buys M1 YES 10 min=100      -> command_id_reused
`,
);

test('[I6] a journaled refusal takes its id: no delayed attempt can execute', () => {
  const live = tell(OPEN);
  const command = live.command(
    'ana',
    { type: 'mint', market: 'M1', amount: 1_000_000n } as never,
    'k1',
  );
  live.record(command, [{ type: 'refused', code: 'price_moved' }]);
  expect(live.submit(command)).toMatchObject({ kind: 'repeated', seq: live.world.seq });
  const other = live.command(
    'ana',
    { type: 'mint', market: 'M1', amount: 2_000_000n } as never,
    'k1',
  );
  expect(live.submit(other)).toMatchObject({ kind: 'refused', code: 'command_id_reused' });
  live.checkReplay();
});

test("[I7] the system's own housekeeping needs no id; everything else does", () => {
  const live = tell(OPEN);
  const bare = (by: string, wish: object) => live.submit({ by, wish } as never);
  expect(bare(SYSTEM, { type: 'tick' })).toMatchObject({ code: 'nothing_due' });
  expect(bare(SYSTEM, { type: 'pay_out', market: 'M1', first: 1 })).toMatchObject({
    code: 'nothing_due',
  });
  expect(bare(SYSTEM, { type: 'adopt_rules', rules: 1 })).toMatchObject({ code: 'already_so' });
  expect(bare('eve', { type: 'tick' })).toMatchObject({ code: 'malformed' });
  expect(bare(SYSTEM, { type: 'sweep_fees' })).toMatchObject({ code: 'malformed' });
  expect(bare('ana', { type: 'mint', market: 'M1', amount: 1n })).toMatchObject({
    code: 'malformed',
  });
  expect(bare(SYSTEM, { type: 'sealed' })).toMatchObject({ kind: 'accepted' });
});

test('an id is half a sha256 over who and key', () => {
  expect(idOf('ana', 'k1')).toMatch(/^[0-9a-f]{32}$/);
  expect(new Live().command('ana', { type: 'tick' }, 'k1').id).toBe(idOf('ana', 'k1'));
});
