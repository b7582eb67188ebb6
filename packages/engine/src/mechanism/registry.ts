/** The only place that knows which mechanisms there are. */
import { assert } from '../assert.js';
import type { Terms } from '../command.js';
import type { MechanismId } from '../event.js';
import { cpmm } from './cpmm.js';
import { curve } from './curve.js';
import { lmsr } from './lmsr.js';
import { RETIRED } from '../rules.js';
import type { AnyMechanism, FoldedMechanism } from './mechanism.js';
import { rally } from './rally.js';

const MECHANISMS = {
  'cpmm@1': cpmm,
  'lmsr@1': lmsr,
  'curve@1': curve,
  'rally@1': rally,
} satisfies Readonly<Record<MechanismId, AnyMechanism>>;

/**
 * The version that new markets of these terms open with. A second version comes with a number of `RULES`: until
 * that is adopted, markets open with the version before it.
 */
const NEWEST: Readonly<Record<Terms['mechanism'], MechanismId>> = {
  cpmm: 'cpmm@1',
  lmsr: 'lmsr@1',
  curve: 'curve@1',
  rally: 'rally@1',
};

/** Those that decide here, by the version a market keeps for life. */
const DECIDING: ReadonlyMap<string, AnyMechanism> = new Map(
  Object.entries(MECHANISMS).filter(([id]) => !RETIRED.has(id)),
);

/** Whether this build decides by that version. */
export const decidesBy = (id: string): boolean => DECIDING.has(id);

/** Whether a market of that version can be folded: some version of its family is here. */
export const isFoldable = (id: string): boolean => familyOf(id) !== undefined;

export const mechanismOf = (id: MechanismId): AnyMechanism => DECIDING.get(id) ?? foldedOnly(id);

export const newestFor = (terms: Terms): MechanismId => NEWEST[terms.mechanism];

/**
 * Of a version that does not decide here, what its terms say by themselves: the names of its shares, its first
 * F. Nothing is priced by it, and the laws of its family are not held against it.
 */
function foldedOnly(id: MechanismId): FoldedMechanism {
  const family = familyOf(id);
  assert(family !== undefined, `registry: the mechanism ${id} is unknown`);
  return {
    ...family,
    id,
    laws: {},
    pool: undefined,
    pledges: undefined,
    sets: undefined,
    facts: undefined,
  };
}

function familyOf(id: string): AnyMechanism | undefined {
  const [name = ''] = id.split('@');
  const version = Object.entries(NEWEST).find(([family]) => family === name)?.[1];
  return version && MECHANISMS[version];
}
