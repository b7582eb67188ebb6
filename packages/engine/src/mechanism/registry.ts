/** The only place that knows which mechanisms there are. */
import type { Terms } from '../command.js';
import type { MechanismId } from '../event.js';
import { cpmm } from './cpmm.js';
import { curve } from './curve.js';
import { lmsr } from './lmsr.js';
import type { AnyMechanism } from './mechanism.js';
import { rally } from './rally.js';

const MECHANISMS: Readonly<Record<MechanismId, AnyMechanism>> = {
  'cpmm@1': cpmm,
  'lmsr@1': lmsr,
  'curve@1': curve,
  'rally@1': rally,
};

/** The version that new markets of these terms open with. */
const NEWEST: Readonly<Record<Terms['mechanism'], MechanismId>> = {
  cpmm: 'cpmm@1',
  lmsr: 'lmsr@1',
  curve: 'curve@1',
  rally: 'rally@1',
};

export const MECHANISM_IDS: readonly MechanismId[] = ['cpmm@1', 'lmsr@1', 'curve@1', 'rally@1'];

export const mechanismOf = (id: MechanismId): AnyMechanism => MECHANISMS[id];

export const newestFor = (terms: Terms): MechanismId => NEWEST[terms.mechanism];
