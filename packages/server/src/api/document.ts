/** The OpenAPI document: made of the routes' own schemas, so it cannot say anything else than they do. */
import swagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { App } from '../edge/app-type.js';
import { JSON_TYPE } from '../edge/read.js';
import { ANSWERS } from './answers.js';
import { documentOf } from './finish.js';
import { NOTES, type Note, type Tag } from './notes.js';

type Transform = typeof jsonSchemaTransform;

const TAGS: Readonly<Record<Tag, string>> = {
  markets: 'What is traded',
  trading: 'Quotes and orders',
  rallies: 'Prices that fall the more join',
  facts: 'What happened outside',
  ticks: 'Prices from outside, and our own beside them',
  me: 'My account',
  people: 'Passwords, sessions and mailed links; programs have keys instead.',
  proof: 'What anyone can check',
  admin: 'The house',
  health: 'The node',
};

const ABOUT = `Live play-money markets that anyone can check. An amount is a decimal string in Points or shares
(\`"12.5"\`, at most six decimals), never a JSON number. Times are ISO-8601 UTC. Unknown fields are refused. Every write
takes an \`Idempotency-Key\`: the same key with the same body gets the first answer again.`;

/** Registers what watches the routes that follow. */
export async function watchRoutes(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Fairground', version: '1', description: ABOUT },
      servers: [{ url: '/' }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'A key: fg_…' },
        },
      },
    },
    transform: describe,
    transformObject: jsonSchemaTransformObject,
  });
}

/** Made once, when it is first asked for. */
export function serveDocument(app: App): void {
  let text: string | undefined;
  app.get('/v1/openapi.json', (_request, reply) => {
    text ??= JSON.stringify(documentOf(app));
    return reply.header('cache-control', 'public, max-age=60').type(JSON_TYPE).send(text);
  });
}

const describe: Transform = (given) => {
  const { route, url, schema } = given;
  const { method } = route;
  // What only refuses foreign methods is no route of its own.
  if (typeof method !== 'string' || method === 'HEAD')
    return jsonSchemaTransform({ ...given, schema: { hide: true } });
  const note = NOTES[`${method} ${url}`];
  const { scope, rate = 'read' } = route.config ?? {};
  const told = {
    ...schema,
    ...(note && { summary: note.summary, tags: [note.tag], response: answerOf(note) }),
    operationId: nameOf(method, url),
    'x-rate': rate,
    security: scope === undefined ? [{}, { key: [] }] : [{ key: [scope] }],
  };
  return jsonSchemaTransform({ ...given, schema: told });
};

const nameOf = (method: string, url: string): string =>
  `${method.toLowerCase()}_${url.replace(/^\/(v1\/)?/, '').replaceAll(/[^a-z0-9]+/gi, '_')}`;

function answerOf({ status, type = 'application/json', answer }: Note): object {
  if (status === 101) return {};
  const description = status === 201 ? 'Done: it is in the journal, for ever.' : 'Done.';
  return { [status ?? 200]: { description, content: { [type]: { schema: ANSWERS[answer] } } } };
}
