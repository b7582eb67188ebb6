import type { App } from '../edge/app-type.js';
import { JSON_TYPE } from '../edge/read.js';
import { asyncApi } from '../live/asyncapi.js';

/** The feed's own description. It changes with the build alone. */
export function asyncapi(app: App): void {
  const document = JSON.stringify(asyncApi());
  app.get('/v1/asyncapi.json', async (_request, reply) => reply.type(JSON_TYPE).send(document));
}
