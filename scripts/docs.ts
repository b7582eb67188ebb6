/** `npm run docs`: writes the pages that are made of the code's own tables. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPENAPI_PAGE, openApiPage } from './docs/openapi.js';
import { REFUSALS_PAGE, refusalsPage } from './docs/refusals.js';
import { root } from './prepare.mjs';

writeFileSync(join(root, REFUSALS_PAGE), refusalsPage());
console.log(`${REFUSALS_PAGE} is written`);
writeFileSync(join(root, OPENAPI_PAGE), await openApiPage());
console.log(`${OPENAPI_PAGE} is written`);
