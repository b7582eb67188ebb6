import { afterAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../../scripts/postgres.js';
import { endAll } from '../processes.js';
import { alike } from './alike.js';

describe.runIf(hasPostgres())('trials', () => {
  afterAll(async () => {
    await endAll();
    await Server.endAll();
  });

  test(`[M4] ${alike.shows}`, async () => {
    const { findings, figures } = await alike.run(alike.rounds.quick, () => {});
    console.info(figures);
    expect(findings).toEqual([]);
  }, 180_000);
});
