import { afterAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../../scripts/postgres.js';
import { endAll } from '../processes.js';
import { rolling } from './rolling.js';

describe.runIf(hasPostgres())('trials', () => {
  afterAll(async () => {
    await endAll();
    await Server.endAll();
  });

  test(`[M23] ${rolling.shows}`, async () => {
    const { findings, figures } = await rolling.run(rolling.rounds.quick, () => {});
    console.info(figures);
    expect(findings).toEqual([]);
  }, 180_000);
});
