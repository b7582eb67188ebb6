/** `npm run docs`: writes the pages that are made of the code's own tables. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ASYNCAPI_FILE, asyncApiFile } from './docs/asyncapi.js';
import { REFUSALS_PAGE, refusalsPage } from './docs/refusals.js';
import { root } from './prepare.mjs';

writeFileSync(join(root, REFUSALS_PAGE), refusalsPage());
writeFileSync(join(root, ASYNCAPI_FILE), asyncApiFile());
console.log(`${REFUSALS_PAGE} and ${ASYNCAPI_FILE} are written`);
