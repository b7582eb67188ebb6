/** What the node says, as tests read it. */

/** Every field that tests look at, as it should be; one that is not there is undefined, and fails them. */
export interface Json {
  readonly account: string;
  readonly agent: string;
  readonly is_this: boolean;
  readonly used: string | null;
  readonly roles: readonly string[];
  readonly applied: string;
  readonly books_balance: boolean;
  readonly code?: string;
  readonly cursor?: string;
  readonly data: Json;
  readonly details: readonly Json[];
  readonly entry: Json;
  readonly error: Json;
  readonly request_id: string;
  readonly fact: string;
  readonly final: boolean;
  readonly fundamental: string;
  readonly handle: string;
  readonly hash: string;
  readonly holds: boolean;
  readonly id: string;
  readonly invariants: readonly Json[];
  readonly items: readonly Json[];
  readonly journal: string;
  readonly key: string;
  readonly market: string;
  readonly message: string;
  readonly members: readonly Json[];
  readonly more?: number;
  readonly next: Json;
  readonly open: string;
  readonly order: Json;
  readonly path: string;
  readonly pays: string;
  readonly close: string;
  readonly gets: string;
  readonly gets_min: string;
  readonly pays_max: string;
  readonly players: readonly Json[];
  readonly points: string;
  readonly profit: string;
  readonly units: number;
  readonly volume: string;
  readonly outcome: string;
  readonly outcomes: readonly Json[];
  readonly prev: number;
  readonly price: string;
  readonly proposal: Json;
  readonly reason?: string;
  readonly reason_hash: string;
  readonly reconnect_ms: number;
  readonly seq: number;
  readonly sockets: number;
  readonly asset: string;
  readonly change: string;
  readonly equity: string;
  readonly leg: number;
  readonly now: Json;
  readonly positions: readonly Json[];
  readonly rank: number;
  readonly rebuilding?: number;
  readonly sql: string;
  readonly checks: readonly Json[];
  readonly tables: Json;
  readonly state: string;
  readonly holder: string;
  readonly node: string;
  readonly lag_ms: number;
  readonly status: string | number;
  readonly title: string;
  readonly topic: string;
  readonly trades: number;
  readonly type: string;
}

export function parse(text: string): Json {
  const json: Json = JSON.parse(text);
  return json;
}
