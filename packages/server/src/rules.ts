/** Rules are raised by a word that is journaled: at the first start of a newer build, or by an operator. */
import { RULES } from '@fairground/engine';
import { insist, type Registry } from './accounts.js';

/** Brings the rules in force up to this build's. From then on an older build can no longer lead here. */
export async function adoptRules(registry: Registry): Promise<void> {
  const { rules, sealed } = registry.sequencer.world;
  if (rules >= RULES || sealed) return;
  await insist(registry, `rules-${RULES}`, { type: 'adopt_rules', rules: RULES });
}

/** What an operator should know who keeps the old rules. */
export const keptRules = (inForce: number): string | undefined =>
  inForce < RULES
    ? `This build knows rules ${RULES}; ${inForce} are in force, and an older build could still go on here. “fairground rules adopt” raises them, for good.`
    : undefined;
