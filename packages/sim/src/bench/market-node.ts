/** A node with open markets and people, to be loaded over HTTP: their accounts and keys are such as anybody gets. */
import fs from 'node:fs';
import path from 'node:path';
import { type Wish, whole } from '@fairground/engine';
import { commandIdOf } from '@fairground/journal';
import { readConfig, startNode, TOKEN_FILE } from '@fairground/server';
import { opening, TERMS } from './exchange.js';
import { NO_LIMITS } from './node-process.js';

export interface Loaded {
  readonly url: string;
  readonly keys: readonly string[];
  readonly token: string;
  readonly close: () => Promise<void>;
}

interface Crowd {
  /** Their ids; the first is opened with more. */
  readonly markets: readonly string[];
  readonly players: number;
}

const NO_TEXT = '0'.repeat(64);
const DEPOSIT = 3_000;

export async function startMarkets(
  where: Readonly<Record<string, string>>,
  { markets, players }: Crowd,
): Promise<Loaded> {
  const config = readConfig({ ...where, PORT: '0', FAIRGROUND_LOG: 'silent', ...NO_LIMITS });
  const node = await startNode(config);
  const keys: string[] = [];
  for (let n = 0; n < players; n++) {
    const { key } = await node.signUp({
      handle: `player${n}`,
      admin: false,
      scopes: ['read', 'trade'],
    });
    keys.push(key);
  }
  const [first, ...others] = markets;
  const grant = (to: string, points: number): Wish => {
    return { type: 'grant', to, amount: whole(points), reason: NO_TEXT };
  };
  const wishes: Wish[] = [
    ...opening(0, 'cpmm', first),
    ...Array.from({ length: Math.ceil((others.length * DEPOSIT) / 100_000) }, () =>
      grant('treasury', 100_000),
    ),
    ...others.flatMap(market),
  ];
  let count = 0;
  for (const wish of wishes) {
    const id = commandIdOf('system', `setup-${++count}`);
    const validUntil = node.clock.now() + 60_000;
    const answer = await node.sequencer.submit({ by: 'system', id, validUntil, wish });
    if (answer.kind !== 'done') throw new Error(`setup: ${wish.type} ${JSON.stringify(answer)}`);
  }
  const token = fs.readFileSync(path.join(config.dataDir, TOKEN_FILE), 'utf8').trim();
  return { url: node.url, keys, token, close: () => node.close() };
}

/** A smaller one, beside the first. */
function market(id: string): readonly Wish[] {
  const terms = { ...TERMS.cpmm, deposit: whole(DEPOSIT) };
  const closing = { mode: 'manual' } as const;
  const draft = { text: NO_TEXT, closing, twoPerson: false, refundCap: whole(0), terms };
  return [
    { type: 'create_market', market: id, sponsor: 'treasury', draft },
    { type: 'open', market: id },
  ];
}
