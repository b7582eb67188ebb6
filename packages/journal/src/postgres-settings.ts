/** What a database must be set to so that its commits are kept, and what it had better be. */
import type { Connect, Connection } from './postgres-connection.js';

export interface Setting {
  readonly name: string;
  /** What the server says; '' when it does not know the setting. */
  readonly value: string;
  /** refused: nothing may be promised on it. */
  readonly verdict: 'good' | 'warning' | 'refused';
  /** What to do about it. */
  readonly advice?: string;
}

const QUESTION = `select
  current_setting('server_version_num', true),
  current_setting('fsync', true),
  current_setting('full_page_writes', true),
  current_setting('synchronous_commit', true),
  current_setting('server_encoding', true),
  current_setting('default_transaction_read_only', true),
  pg_is_in_recovery()::text,
  current_setting('synchronous_standby_names', true)`;

const LZ4 = `select attcompression::text from pg_attribute
  where attrelid = to_regclass('journal') and attname = 'lines'`;

const VERSION_MIN = 14;

/**
 * Asks over two connections at once: where both are one session on the server, a pooler deals out sessions by
 * the statement, and settings, waits and the promise of one statement after the other mean nothing.
 */
export async function settingsOf(connect: Connect): Promise<readonly Setting[]> {
  const [one, two] = await bothOf(connect);
  try {
    const [asked = []] = (await one.run(QUESTION, [])).rows;
    const [number, fsync, pages, commit, encoding, readOnly, recovery, standbys] = asked.map(
      (value) => value ?? '',
    );
    return [
      version(number ?? ''),
      durable('fsync', fsync ?? '', isOn),
      durable('full_page_writes', pages ?? '', isOn),
      durable('synchronous_commit', commit ?? '', (value) => /^(on|remote_apply)$/.test(value)),
      judged(
        'encoding',
        encoding ?? '',
        encoding === 'UTF8' || encoding === '',
        'make a database with encoding UTF8',
      ),
      judged('read_only', readOnly ?? '', readOnly !== 'on', 'connect to the primary'),
      judged(
        'in_recovery',
        recovery ?? '',
        recovery !== 'true',
        'this is a standby: connect to the primary',
      ),
      await pooling(one, two),
      await compression(one),
      { name: 'synchronous_standby_names', value: standbys ?? '', verdict: 'good' },
    ];
  } finally {
    one.close();
    two.close();
  }
}

async function bothOf(connect: Connect): Promise<[Connection, Connection]> {
  const one = await connect();
  try {
    return [one, await connect()];
  } catch (error) {
    one.close();
    throw error;
  }
}

const isOn = (value: string): boolean => value === 'on';

/** A server that does not know a setting keeps commits in its own way. */
function durable(name: string, value: string, holds: (value: string) => boolean): Setting {
  return judged(name, value, value === '' || holds(value), `set ${name} = on`);
}

function judged(name: string, value: string, holds: boolean, advice: string): Setting {
  return holds ? { name, value, verdict: 'good' } : { name, value, verdict: 'refused', advice };
}

function version(number: string): Setting {
  const major = Math.floor(Number(number) / 10_000);
  const value = number === '' ? '' : `${major}.${Number(number) % 10_000}`;
  const holds = number === '' || major >= VERSION_MIN;
  return judged('server_version', value, holds, `PostgreSQL ${VERSION_MIN} or newer is needed`);
}

async function pooling(one: Connection, two: Connection): Promise<Setting> {
  const pids = [];
  for (const connection of [one, two, one, two]) {
    pids.push((await connection.run('select pg_backend_pid()::text', [])).rows[0]?.[0]);
  }
  const [first, second, third, fourth] = pids;
  const isOwn = first === third && second === fourth && first !== second;
  return judged(
    'sessions',
    isOwn ? 'own' : 'pooled',
    isOwn,
    'connect past the pooler, or set it to session pooling',
  );
}

async function compression(connection: Connection): Promise<Setting> {
  const name = 'compression of lines';
  const [row] = (await connection.run(LZ4, [])).rows;
  // Before the first start there is no table to ask about.
  const value = row === undefined ? '' : row[0] === 'l' ? 'lz4' : 'default';
  if (value !== 'default') return { name, value, verdict: 'good' };
  return { name, value, verdict: 'warning', advice: 'large groups are slower without lz4' };
}
