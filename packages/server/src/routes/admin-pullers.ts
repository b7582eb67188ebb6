/** Who looks elsewhere for facts: made, changed, asked for and stopped by admins, on whichever node. */
import { formatTime } from '@fairground/engine';
import { commandIdOf } from '@fairground/journal';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isAuditor } from '../edge/audit.js';
import type { App } from '../edge/app-type.js';
import { id, nothing, prose, reason } from '../edge/fields.js';
import { catchUp, JSON_TYPE } from '../edge/read.js';
import { askerOf } from '../edge/who.js';
import { faultOfUrl, get, NotTaken, OUTSIDE } from '../effects/outside.js';
import { Problem } from '../errors.js';
import { keyOf } from '../pull/fact-id.js';
import { Mapping, PULLS } from '../pull/mapping.js';
import { BODY_BYTES_MAX } from '../pull/puller.js';
import { tryOut } from '../pull/trial.js';
import type { Shell } from '../shell.js';
import type { PullerRow } from '../vault/pull-rows.js';

const ANSWER_CHARS_MAX = 500_000;
const ASKED_KEPT_MS = 86_400_000;

/** What the call itself says of itself. */
const OWN = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'expect', 'te']);
const header = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,60}$/, 'A header’s name has 1 to 60 of A-Z a-z 0-9 -')
    .refine((name) => !OWN.has(name.toLowerCase()), 'This header is not yours to set'),
  value: z.string().regex(/^[\x21-\x7e]([\x20-\x7e]{0,998}[\x21-\x7e])?$/, 'Plain ASCII'),
});
const fields = {
  name: prose(60),
  url: z.string().min(1).max(OUTSIDE.urlCharsMax),
  every_s: z.int().min(1).max(PULLS.everySecondsMax),
  source: id,
  mapping: Mapping,
};
const headers = z.array(header).max(PULLS.headersMax);
const made = z.strictObject({
  ...fields,
  headers: headers.default([]),
  on: z.boolean().default(true),
});
const changed = z
  .strictObject({ ...fields, headers, on: z.boolean() })
  .partial()
  .refine((body) => Object.keys(body).length > 0, 'Say what to change');
const one = z.strictObject({ id: z.string().max(64) });
const tried = z
  .strictObject({
    url: fields.url.optional(),
    headers: headers.optional(),
    source: fields.source,
    mapping: Mapping,
    /** As the address would answer: then nobody is asked. */
    answer: z.string().max(ANSWER_CHARS_MAX).optional(),
    /** One that there is: what it has seen is known, and what it sends along goes to its own address. */
    puller: z.string().max(64).optional(),
  })
  .refine(({ url, answer }) => (url === undefined) !== (answer === undefined), {
    path: ['url'],
    message: 'Either an address or an answer',
  });
const now = z.strictObject({ accept_jumps: z.boolean().default(false) }).nullish();
const no = z.strictObject({ item: z.string().min(1).max(64), reason });

export function adminPullers(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  const { vault, clock } = shell;
  app.get('/v1/admin/pullers', { config }, async (request, reply) => {
    await begin(shell, request);
    return send(reply, { items: vault.pulls.pullers().map((row) => pullerView(shell, row)) });
  });

  app.post('/v1/admin/pullers', { config, schema: { body: made } }, async (request, reply) => {
    const by = await begin(shell, request);
    const { every_s: everySeconds, ...rest } = request.body;
    const wanted = { ...rest, everySeconds, by, created: clock.now() };
    judge(shell, wanted);
    if (vault.pulls.pullers().length >= PULLS.pullersMax)
      throw wrong('name', `There are at most ${PULLS.pullersMax} pullers.`);
    const row = await vault.pulls.add(wanted);
    return send(reply.code(201), pullerView(shell, row));
  });

  const patch = { params: one, body: changed };
  app.patch('/v1/admin/pullers/:id', { config, schema: patch }, async (request, reply) => {
    const by = await begin(shell, request);
    const row = pullerOf(shell, request.params.id);
    const { every_s: everySeconds = row.everySeconds, ...rest } = request.body;
    const { name = row.name, url = row.url, source = row.source, on = row.on } = rest;
    const { mapping = row.mapping, headers: sent = row.headers } = rest;
    // Whoever changes it answers for what it does from now on.
    const next: PullerRow = {
      ...row,
      name,
      url,
      source,
      on,
      mapping,
      headers: sent,
      everySeconds,
      by,
    };
    judge(shell, next, row.id);
    await vault.pulls.change(next);
    return send(reply, pullerView(shell, next));
  });

  const drop = { params: one, body: nothing };
  app.delete('/v1/admin/pullers/:id', { config, schema: drop }, async (request, reply) => {
    await begin(shell, request);
    const { id: puller } = pullerOf(shell, request.params.id);
    await vault.pulls.drop(puller);
    return send(reply, { dropped: puller });
  });
  acts(app, shell);
  trial(app, shell);
}

/** Nothing is kept, and nothing is done. */
function trial(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  const schema = { body: tried };
  const bodyLimit = BODY_BYTES_MAX;
  app.post('/v1/admin/pullers/try', { config, schema, bodyLimit }, async (request, reply) => {
    const by = await begin(shell, request);
    const { vault, clock, sequencer } = shell;
    const { world } = sequencer;
    const { source, mapping, puller: id, answer, ...rest } = request.body;
    const known = id === undefined ? undefined : pullerOf(shell, id);
    const { url = known?.url ?? '', headers: sent = [] } = rest;
    if (!world.accounts.has(source)) throw new Problem('account_unknown');
    const puller = { id: known?.id ?? '', source, by, mapping };
    const before = (item: string) => known && vault.pulls.itemBy(known.id, item);
    // What may be secret goes where it was meant to go, and nowhere else.
    const along = rest.headers === undefined && url === known?.url ? known.headers : sent;
    const text = answer ?? (await answerOf(shell, url, along));
    if (text instanceof NotTaken)
      return send(reply, { items: [], refused: [], error: text.message });
    return send(reply, tryOut({ puller, world, now: clock.now(), before }, text));
  });
}

async function answerOf(
  { config }: Shell,
  url: string,
  along: PullerRow['headers'],
): Promise<string | NotTaken> {
  const fault = faultOfUrl(url, config.webhooksLocal);
  if (fault !== undefined) throw wrong('url', fault);
  const told = Object.fromEntries(along.map(({ name, value }) => [name, value]));
  const guard = { allowsInside: config.webhooksLocal, bytesMax: BODY_BYTES_MAX };
  return get(url, told, guard).catch((error: unknown) => {
    if (error instanceof NotTaken) return error;
    throw error;
  });
}

/** What is done with one that is there. */
function acts(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  const { vault, clock } = shell;
  const pull = { params: one, body: now };
  app.post('/v1/admin/pullers/:id/pull', { config, schema: pull }, async (request, reply) => {
    await begin(shell, request);
    const { id: puller, on } = pullerOf(shell, request.params.id);
    if (!on) throw wrong('id', 'This puller is off: turn it on first.');
    const at = clock.now();
    const acceptJumps = request.body?.accept_jumps === true;
    await vault.pulls.ask({ puller, at, acceptJumps, expires: at + ASKED_KEPT_MS });
    return send(reply.code(202), { puller, asked_at: formatTime(at) });
  });

  const veto = { params: one, body: no };
  app.post('/v1/admin/pullers/:id/veto', { config, schema: veto }, async (request, reply) => {
    const by = await begin(shell, request);
    const { id: puller } = pullerOf(shell, request.params.id);
    const { item, reason: why } = request.body;
    const row = vault.pulls.itemBy(puller, item);
    if (!row) throw new Problem('match_unknown');
    const command = commandIdOf(by, keyOf(puller, item, 'veto'));
    const { hash } = await vault.putText({ command, by, text: JSON.stringify({ reason: why }) });
    const ends = row.verdict?.ends ?? [];
    const said = { puller, item, act: 'veto', by, at: clock.now(), reason: hash, ends } as const;
    const isTaken = await vault.pulls.takeVerdict(said);
    if (!isTaken && vault.pulls.verdictOf(puller, item)?.act !== 'veto')
      throw new Problem('veto_late');
    return send(reply, { puller, item, verdict: 'veto' });
  });
}

/** Who asks; only whoever is an admin now. */
async function begin(shell: Shell, request: FastifyRequest): Promise<string> {
  const { by } = askerOf(request);
  if (!isAuditor(shell.sequencer.world, by)) {
    const message = 'Only who is an admin now may do this.';
    throw new Problem('scope_missing', { details: [{ message }] });
  }
  if (request.method === 'GET') await catchUp(shell, request);
  // What was kept on another node a moment ago.
  await shell.vault.refresh();
  return by;
}

function judge(
  { config, sequencer, vault }: Shell,
  { url, source, name }: Pick<PullerRow, 'url' | 'source' | 'name'>,
  itself?: string,
): void {
  const fault = faultOfUrl(url, config.webhooksLocal);
  if (fault !== undefined) throw wrong('url', fault);
  if (!sequencer.world.accounts.has(source)) throw new Problem('account_unknown');
  if (vault.pulls.pullers().some((row) => row.name === name && row.id !== itself))
    throw new Problem('puller_taken');
}

function pullerOf({ vault }: Shell, puller: string): PullerRow {
  const row = vault.pulls.pullerBy(puller);
  if (!row) throw new Problem('puller_unknown');
  return row;
}

const wrong = (path: string, message: string): Problem =>
  new Problem('bad_request', { details: [{ path, message }] });

const send = (reply: FastifyReply, body: object): FastifyReply =>
  reply.type(JSON_TYPE).send(JSON.stringify(body));

/** What is sent along may be secret: of that only the names are told. */
function pullerView({ vault }: Shell, row: PullerRow): object {
  const state = vault.pulls.stateOf(row.id);
  const { id: puller, name, url, everySeconds, source, by, on, mapping, created } = row;
  return {
    id: puller,
    name,
    url,
    every_s: everySeconds,
    source,
    by,
    on,
    headers: row.headers.map((one) => one.name),
    mapping,
    created: formatTime(created),
    pulled_at: state ? formatTime(state.at) : null,
    error: state?.error ?? null,
    items: state?.items ?? 0,
    rejected: (state?.rejected ?? []).map((one) => ({ ...one, at: formatTime(one.at) })).reverse(),
  };
}
