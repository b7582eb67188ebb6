/** The way to a database, and one sentence where there is none. */
import { JournalRefused } from './file-errors.js';
import { type Connect, NothingDone } from './postgres-connection.js';

/** The driver is loaded by those who have a database. */
export async function connectBy(where: string | Connect): Promise<Connect> {
  if (typeof where !== 'string') return where;
  const { connectTo } = await import('./postgres-driver.js');
  return connectTo(where);
}

export async function reached<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof NothingDone)) throw error;
    const what = `The database cannot be reached. ${error.message}`;
    throw new JournalRefused('unreachable', what, error);
  }
}
