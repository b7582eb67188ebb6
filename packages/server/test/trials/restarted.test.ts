import { afterAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../../scripts/postgres.js';
import { endAll } from '../processes.js';
import { restarted } from './restarted.js';

describe.runIf(hasPostgres())('trials', () => {
  afterAll(async () => {
    await endAll();
    await Server.endAll();
  });

  test(`[M22] ${restarted.shows}`, async () => {
    const { findings, figures } = await restarted.run(restarted.rounds.quick, () => {});
    console.info(figures);
    expect(findings).toEqual([]);
  }, 180_000);
});
