import { afterAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../../scripts/postgres.js';
import { endAll } from '../processes.js';
import { partitioned } from './partitioned.js';

describe.runIf(hasPostgres())('trials', () => {
  afterAll(async () => {
    await endAll();
    await Server.endAll();
  });

  test(`[M21] ${partitioned.shows}`, async () => {
    const { findings, figures } = await partitioned.run(partitioned.rounds.quick, () => {});
    console.info(figures);
    expect(findings).toEqual([]);
  }, 180_000);
});
