import { afterAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../../scripts/postgres.js';
import { endAll } from '../processes.js';
import { promotedHealed, promotedInStep, promotedLost } from './promoted.js';

describe.runIf(hasPostgres())('trials', () => {
  afterAll(async () => {
    await endAll();
    await Server.endAll();
  });

  test.each([promotedInStep, promotedHealed, promotedLost])(
    '[M24] $shows',
    async ({ run, rounds }) => {
      const { findings, figures } = await run(rounds.quick, () => {});
      console.info(figures);
      expect(findings).toEqual([]);
    },
    120_000,
  );
});
