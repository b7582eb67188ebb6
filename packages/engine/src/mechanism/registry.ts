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

interface Version {
  readonly id: MechanismId;
  /** New markets open with it from these rules on. */
  readonly rules: number;
}

/** Of each family its versions, the first one first. A later one comes with a number of `RULES`. */
const VERSIONS: Readonly<Record<Terms['mechanism'], readonly [Version, ...Version[]]>> = {
  cpmm: [{ id: 'cpmm@1', rules: 1 }],
  lmsr: [{ id: 'lmsr@1', rules: 1 }],
  curve: [{ id: 'curve@1', rules: 1 }],
  rally: [{ id: 'rally@1', rules: 1 }],
};

/** Those that decide here, by the version a market keeps for life. */
const DECIDING: ReadonlyMap<string, AnyMechanism> = new Map(
  Object.entries(MECHANISMS).filter(([id]) => !RETIRED.has(id)),
);

/** Whether this build decides by that version. */
export const decidesBy = (id: string): boolean => DECIDING.has(id);

/** Whether a market of that version can be folded: some version of its family is here. */
export const isFoldable = (id: string): boolean => familyOf(id) !== undefined;

/** The one that a market is shown to go by; undefined where this build does not decide by it. */
export const mechanismNamed = (id: string): AnyMechanism | undefined => DECIDING.get(id);

export const mechanismOf = (id: MechanismId): AnyMechanism => DECIDING.get(id) ?? foldedOnly(id);

/** What a new market of these terms opens with, and keeps, while these rules are in force. */
export function versionFor({ mechanism }: Terms, rules: number): MechanismId {
  const [first, ...later] = VERSIONS[mechanism];
  return (later.filter((one) => one.rules <= rules).at(-1) ?? first).id;
}

/** The newest of their family, for what terms say by themselves: outcomes, deposits, faults. */
export const newestFor = ({ mechanism }: Terms): MechanismId =>
  (VERSIONS[mechanism].at(-1) ?? VERSIONS[mechanism][0]).id;

/** Whether terms are of the family of a version. */
export const isOfFamily = (id: MechanismId, { mechanism }: Terms): boolean =>
  id.split('@')[0] === mechanism;

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
  const versions = Object.entries(VERSIONS).find(([family]) => family === name)?.[1];
  return versions && MECHANISMS[(versions.at(-1) ?? versions[0]).id];
}
