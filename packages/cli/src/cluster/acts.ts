/** What can be done to a cluster, as a line says it and as a key says it. */

export const NODE_ACTS = ['kill', 'pause', 'continue', 'partition', 'heal', 'restart'] as const;
export type NodeAct = (typeof NODE_ACTS)[number];

/** What changes something. */
export type Deed =
  | { readonly kind: NodeAct; readonly node: number }
  | { readonly kind: 'database' };

export type Act = Deed | { readonly kind: 'help' } | { readonly kind: 'quit' };

/** What a key does to the node that is chosen, or to all. */
export type Stroke =
  | { readonly kind: 'choose'; readonly node: number }
  | { readonly kind: 'kill' | 'pause' | 'partition' | 'restart' | 'database' | 'help' | 'quit' };

const OTHERS = ['database', 'help', 'quit'] as const;

/** `kill 2`; undefined where it cannot be meant. */
export function actOf(line: string, nodes: number): Act | undefined {
  const [word = '', number, ...more] = line.trim().split(/\s+/);
  if (more.length > 0) return undefined;
  const other = OTHERS.find((each) => each === word);
  if (other) return number === undefined ? { kind: other } : undefined;
  const kind = NODE_ACTS.find((each) => each === word);
  const node = /^[1-9]$/.test(number ?? '') ? Number(number) : 0;
  return kind && node >= 1 && node <= nodes ? { kind, node } : undefined;
}

/** Those of `kill 2` are all there are, in one sentence. */
export const ACT_LINES = `${NODE_ACTS.join(' N, ')} N, ${OTHERS.join(', ')}`;

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const KEYS: Readonly<Record<string, Exclude<Stroke, { readonly kind: 'choose' }>['kind']>> = {
  k: 'kill',
  p: 'pause',
  x: 'partition',
  r: 'restart',
  d: 'database',
  '?': 'help',
  h: 'help',
  q: 'quit',
  [CTRL_C]: 'quit',
  [CTRL_D]: 'quit',
};

/** Undefined of any other key; what a terminal sends for arrows and the like is none of ours. */
export function strokeOf(key: string, nodes: number): Stroke | undefined {
  const node = /^[1-9]$/.test(key) ? Number(key) : 0;
  if (node > 0) return node <= nodes ? { kind: 'choose', node } : undefined;
  const kind = Object.hasOwn(KEYS, key.toLowerCase()) ? KEYS[key.toLowerCase()] : undefined;
  return kind && { kind };
}
