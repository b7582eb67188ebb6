import { afterAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../../scripts/postgres.js';
import { endAll } from '../processes.js';
import { stopped } from './stopped.js';

describe.runIf(hasPostgres())('trials', () => {
  afterAll(async () => {
    await endAll();
    await Server.endAll();
  });

  test(`[M20] ${stopped.shows}`, async () => {
    const { findings, figures } = await stopped.run(stopped.rounds.quick, () => {});
    console.info(figures);
    expect(findings).toEqual([]);
  }, 180_000);
});
