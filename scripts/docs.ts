/** `npm run docs`: writes the pages that are made of the code's own tables. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REFUSALS_PAGE, refusalsPage } from './docs/refusals.js';
import { root } from './prepare.mjs';

writeFileSync(join(root, REFUSALS_PAGE), refusalsPage());
console.log(`${REFUSALS_PAGE} is written`);
