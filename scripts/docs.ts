/** `npm run docs`: writes the pages that are made of the code's own tables. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ASYNCAPI_FILE, asyncApiFile } from './docs/asyncapi.js';
import { OPENAPI_PAGE, openApiPage } from './docs/openapi.js';
import { REFUSALS_PAGE, refusalsPage } from './docs/refusals.js';
import { SDK_PAGE, sdkPage } from './docs/sdk.js';
import { root } from './prepare.mjs';

writeFileSync(join(root, REFUSALS_PAGE), refusalsPage());
writeFileSync(join(root, ASYNCAPI_FILE), asyncApiFile());
writeFileSync(join(root, OPENAPI_PAGE), await openApiPage());
writeFileSync(join(root, SDK_PAGE), sdkPage());
console.log(`${[REFUSALS_PAGE, ASYNCAPI_FILE, OPENAPI_PAGE, SDK_PAGE].join(', ')} are written`);
