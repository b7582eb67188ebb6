/** Everything that may be set from outside, checked once at start; every wrong setting is named at once. */
import { resolve } from 'node:path';
import { z } from 'zod';
import type { TracesOptions } from './traces/traces.js';

/** What one asker may do. A rate of 0 means: no limit. */
export interface Rates {
  /** Requests a minute of one address without a key. */
  readonly publicPerMinute: number;
  /** Requests a second of one account, and how many at once. A batch counts its orders. */
  readonly tradesPerSecond: number;
  readonly tradesBurst: number;
  readonly adminPerMinute: number;
  /** Sign-ins, sign-ups and links a minute of one address; of one account in ten minutes. */
  readonly signInsPerMinute: number;
  /** Bytes a second of the journal, and how many at once, of one address. */
  readonly journalBytesPerSecond: number;
  readonly journalBytesBurst: number;
}

/** How the nodes on one database reach each other. */
export interface Cluster {
  /** This node's private address, as the others know it. */
  readonly url: string;
  /** Where this node listens for them: `url`, unless something stands between. */
  readonly listen: string;
  /** Shared by all nodes: it signs what they say to each other. */
  readonly secret: string;
}

/** How letters leave this node. */
export interface Mail {
  readonly to: 'smtp' | 'file' | 'console';
  /** The server's address, with its secret; present where letters go by it. */
  readonly smtp?: string | undefined;
  readonly from: string;
}

export interface Config {
  readonly dataDir: string;
  /** Where the journal lies in PostgreSQL; absent: in the data directory. */
  readonly journalUrl?: string | undefined;
  /** Where keys, handles and texts lie; present when `journalUrl` is. */
  readonly vaultUrl?: string | undefined;
  /** Absent: no other node can forward to this one. */
  readonly cluster?: Cluster | undefined;
  readonly host: string;
  readonly port: number;
  /** Pages that may write and open sockets, beside those this node serves itself. */
  readonly origins: readonly string[];
  /** Addresses or networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Open lines at once; 0 is no limit. */
  readonly connectionsMax: number;
  readonly logLevel: LogLevel;
  /** Where spans go; absent: nothing is recorded. */
  readonly traces?: TracesOptions | undefined;
  /** Anybody may read `/metrics`; else whoever is on this machine or has the node's token. */
  readonly metricsArePublic: boolean;
  readonly acceptClock: boolean;
  /** Opens a journal that lacks durable entries, and goes on without them: once, by an operator's decision. */
  readonly acceptLoss: boolean;
  /** Opens a directory that nothing here can lock. */
  readonly unsafeLock: boolean;
  /** Leads with the rules the journal has, however high this build's are. */
  readonly keepRules: boolean;
  /** The page's bundle. */
  readonly webDir: string;
  /** Keeps the tables of the read model; without them what rests on them is not served. */
  readonly readModel: boolean;
  /** Days that ticks are kept; 0 for ever. */
  readonly ticksDays: number;
  readonly rates: Rates;
  readonly mail: Mail;
  /** Which exchange this node belongs to: it tells people nothing where the database says another name. */
  readonly instance?: string | undefined;
  /** Webhooks may go to addresses of this machine and its networks: for tests and development. */
  readonly webhooksLocal: boolean;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const RATES: Rates = {
  publicPerMinute: 100,
  tradesPerSecond: 30,
  tradesBurst: 60,
  adminPerMinute: 60,
  signInsPerMinute: 20,
  journalBytesPerSecond: 8 * 1024 * 1024,
  journalBytesBurst: 64 * 1024 * 1024,
};

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );
const flag = z.enum(['0', '1'], { error: '0 or 1' }).default('0');
const count = (most: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, 'a whole number')
    .transform(Number)
    .refine((value) => value <= most, `at most ${most}`);
const origins = list.refine(
  (values) => values.every((value) => /^https?:\/\/[A-Za-z0-9.:[\]-]+$/.test(value)),
  'addresses like https://fair.example, divided by commas',
);

const database = z
  .string()
  .regex(/^postgres(ql)?:\/\/\S+$/, 'an address like postgres://user:password@host/database')
  .optional();
const SECRET_CHARS_MIN = 32;
/** Twice what one node was tried with. */
const CONNECTIONS_MAX = 20_000;
const collector = z
  .string()
  .regex(/^https?:\/\/[^\s?#]+$/, 'an address like http://127.0.0.1:4318');

const Environment = z.object({
  FAIRGROUND_DATA: z.string().min(1).default('./.fairground'),
  DATABASE_URL: database,
  JOURNAL_URL: database,
  FAIRGROUND_NODE_URL: z
    .string()
    .regex(/^http:\/\/[A-Za-z0-9.[\]:-]+:\d{1,5}$/, 'an address like http://10.0.0.5:4100')
    .optional(),
  FAIRGROUND_NODE_LISTEN: z
    .string()
    .regex(/^http:\/\/[A-Za-z0-9.[\]:-]+:\d{1,5}$/, 'an address like http://0.0.0.0:4100')
    .optional(),
  FAIRGROUND_CLUSTER_SECRET: z
    .string()
    .min(SECRET_CHARS_MIN, `at least ${SECRET_CHARS_MIN} characters`)
    .optional(),
  PORT: count(65_535).default(4000),
  HOST: z.string().min(1).default('127.0.0.1'),
  FAIRGROUND_ORIGINS: origins,
  FAIRGROUND_TRUSTED_PROXIES: list,
  FAIRGROUND_CONNECTIONS: count(1e6).default(CONNECTIONS_MAX),
  FAIRGROUND_LOG: z.enum(LOG_LEVELS).default('warn'),
  FAIRGROUND_TRACES: z.union([z.literal('off'), collector]).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.optional(),
  FAIRGROUND_TRACE_SAMPLE: z
    .string()
    .regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/, 'a part from 0 to 1, such as 0.01')
    .default('0.01'),
  OTEL_SERVICE_NAME: z.string().min(1).max(100).default('fairground'),
  FAIRGROUND_METRICS: z.enum(['private', 'public']).default('private'),
  FAIRGROUND_ACCEPT_CLOCK: flag,
  FAIRGROUND_ACCEPT_LOSS: flag,
  FAIRGROUND_UNSAFE_LOCK: flag,
  FAIRGROUND_KEEP_RULES: flag,
  FAIRGROUND_READ_MODEL: z.enum(['0', '1'], { error: '0 or 1' }).default('1'),
  FAIRGROUND_WEB: z.string().min(1).optional(),
  FAIRGROUND_RATE_PUBLIC: count(1e9).default(RATES.publicPerMinute),
  FAIRGROUND_RATE_TRADES: count(1e9).default(RATES.tradesPerSecond),
  FAIRGROUND_RATE_TRADES_BURST: count(1e9)
    .refine((value) => value > 0, 'at least 1; no limit is FAIRGROUND_RATE_TRADES=0')
    .default(RATES.tradesBurst),
  FAIRGROUND_RATE_ADMIN: count(1e9).default(RATES.adminPerMinute),
  FAIRGROUND_RATE_SIGN_IN: count(1e9).default(RATES.signInsPerMinute),
  FAIRGROUND_SMTP: z
    .string()
    .regex(/^smtps?:\/\/\S+$/, 'an address like smtp://user:password@mail.example:587')
    .optional(),
  FAIRGROUND_MAIL: z.enum(['smtp', 'file', 'console']).optional(),
  FAIRGROUND_MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]{3,200}$/, 'one line, such as Fairground <fair@fair.example>')
    .default('Fairground <fairground@localhost>'),
  FAIRGROUND_RATE_JOURNAL_BYTES: count(1e12).default(RATES.journalBytesPerSecond),
  FAIRGROUND_TICKS_DAYS: count(100_000).default(0),
  FAIRGROUND_INSTANCE: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'a name of letters, digits, dots, dashes')
    .optional(),
  FAIRGROUND_WEBHOOKS_LOCAL: flag,
});

/** Settings that cannot be used; the message has one line for each. */
export class BadConfig extends Error {
  constructor(lines: readonly string[]) {
    super(`These settings are wrong:\n${lines.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'BadConfig';
  }
}

/** Variables whose value is nobody's business. */
const SECRET = /SECRET$|^(DATABASE|JOURNAL)_URL$|SMTP$|^FAIRGROUND_TRACES$|^OTEL_/;

function clusterOf(
  {
    FAIRGROUND_NODE_URL: url,
    FAIRGROUND_NODE_LISTEN: listen,
    FAIRGROUND_CLUSTER_SECRET: secret,
  }: z.infer<typeof Environment>,
  journalUrl: string | undefined,
): Cluster | undefined {
  if (url === undefined && secret === undefined && listen === undefined) return undefined;
  const wrong: string[] = [];
  if (url === undefined) wrong.push('FAIRGROUND_NODE_URL is missing: the others know no way here');
  if (secret === undefined)
    wrong.push('FAIRGROUND_CLUSTER_SECRET is missing beside FAIRGROUND_NODE_URL');
  if (journalUrl === undefined)
    wrong.push('DATABASE_URL is missing: nodes share a journal in PostgreSQL');
  if (wrong.length > 0 || url === undefined || secret === undefined) throw new BadConfig(wrong);
  return { url, listen: listen ?? url, secret };
}

function mailOf({
  FAIRGROUND_MAIL: to,
  FAIRGROUND_SMTP: smtp,
  FAIRGROUND_MAIL_FROM: from,
}: z.infer<typeof Environment>): Mail {
  if (to === 'smtp' && smtp === undefined)
    throw new BadConfig(['FAIRGROUND_SMTP is missing beside FAIRGROUND_MAIL=smtp']);
  const way = to ?? (smtp === undefined ? 'file' : 'smtp');
  return { to: way, from, ...(way === 'smtp' && { smtp }) };
}

/** As OpenTelemetry names it: the collector's address, to which the path of traces is added. */
function tracesOf({
  FAIRGROUND_TRACES: own,
  OTEL_EXPORTER_OTLP_ENDPOINT: standard,
  FAIRGROUND_TRACE_SAMPLE: sample,
  OTEL_SERVICE_NAME: service,
}: z.infer<typeof Environment>): TracesOptions | undefined {
  const to = own ?? standard;
  if (to === undefined || to === 'off') return undefined;
  return { url: `${to.replace(/\/+$/, '')}/v1/traces`, sample: Number(sample), service };
}

/** Reads the settings from an environment; an empty variable counts as absent. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const read = Environment.safeParse(given);
  if (!read.success) {
    throw new BadConfig(
      read.error.issues.map(({ path, message }) => {
        const name = path.join('.');
        const value = SECRET.test(name) ? '…' : JSON.stringify(given[name] ?? '');
        return `${name} = ${value}: ${message}`;
      }),
    );
  }
  const { data } = read;
  const journalUrl = data.JOURNAL_URL ?? data.DATABASE_URL;
  return {
    dataDir: resolve(data.FAIRGROUND_DATA),
    journalUrl,
    vaultUrl: data.DATABASE_URL ?? journalUrl,
    cluster: clusterOf(data, journalUrl),
    host: data.HOST,
    port: data.PORT,
    origins: data.FAIRGROUND_ORIGINS,
    trustedProxies: data.FAIRGROUND_TRUSTED_PROXIES,
    connectionsMax: data.FAIRGROUND_CONNECTIONS,
    logLevel: data.FAIRGROUND_LOG,
    traces: tracesOf(data),
    metricsArePublic: data.FAIRGROUND_METRICS === 'public',
    acceptClock: data.FAIRGROUND_ACCEPT_CLOCK === '1',
    acceptLoss: data.FAIRGROUND_ACCEPT_LOSS === '1',
    unsafeLock: data.FAIRGROUND_UNSAFE_LOCK === '1',
    keepRules: data.FAIRGROUND_KEEP_RULES === '1',
    readModel: data.FAIRGROUND_READ_MODEL === '1',
    webDir: resolve(data.FAIRGROUND_WEB ?? resolve(import.meta.dirname, '../../web/dist')),
    ticksDays: data.FAIRGROUND_TICKS_DAYS,
    rates: {
      publicPerMinute: data.FAIRGROUND_RATE_PUBLIC,
      tradesPerSecond: data.FAIRGROUND_RATE_TRADES,
      tradesBurst: data.FAIRGROUND_RATE_TRADES_BURST,
      adminPerMinute: data.FAIRGROUND_RATE_ADMIN,
      signInsPerMinute: data.FAIRGROUND_RATE_SIGN_IN,
      journalBytesPerSecond: data.FAIRGROUND_RATE_JOURNAL_BYTES,
      journalBytesBurst: data.FAIRGROUND_RATE_JOURNAL_BYTES * 8,
    },
    mail: mailOf(data),
    instance: data.FAIRGROUND_INSTANCE,
    webhooksLocal: data.FAIRGROUND_WEBHOOKS_LOCAL === '1',
  };
}
