import { expect, test } from 'vitest';
import { ApiError } from '../api.js';
import { BLANK, faultsOf, namesOf, typedOf, wantedOf } from './puller-draft.js';
import type { Mapping, Puller } from './wire-letters.js';

const limits = { max: 99, rise_max: 5, fall_max: 2 };
const MAPPING: Mapping = {
  items: 'data.matches',
  item: 'id',
  names: ['home.name', 'away.name'],
  minute: 'minute',
  status: { path: 's', scheduled: ['NS'], live: ['1H', '2H'], finished: ['FT'] },
  counts: [
    { count: 'home', path: 'goals.0', market: 'P-{home}', kind: 'goal', ...limits },
    { count: 'all', path: 'goals.2', ...limits },
    {
      count: 'x',
      path: 'x',
      market: { path: 'id', is: { 1: 'M1', 2: 'M2' } },
      kind: 'k',
      ...limits,
    },
  ],
  markets: [
    {
      market: 'W-{id}',
      pauses: true,
      resolves: { path: 'winner', is: { home: 'HOME', x: 'DRAW' } },
    },
    { market: { path: 'a.b', is: { 4711: 'M1' } }, pauses: false },
  ],
  hold_s: 600,
  falls_after: 2,
};
const PULLER: Puller = {
  id: 'pul_1',
  name: 'Cup',
  url: 'https://x.invalid/',
  every_s: 15,
  source: 'acc_1',
  by: 'acc_2',
  on: false,
  headers: ['X-Key'],
  mapping: MAPPING,
  pulled_at: null,
  error: null,
  items: 0,
  rejected: [],
};

test('what stands there is sent as it stands, without what is sent along', () => {
  const { name, url, every_s, source, on, mapping } = PULLER;
  const { body, faults } = wantedOf(typedOf(PULLER), true);
  expect(faults).toEqual({});
  expect(body).toEqual({ name, url, every_s, source, on, mapping });
});

test('what is sent along is replaced by what is typed, or ended', () => {
  const typed = typedOf(PULLER);
  const bodyOf = (fields: object, hasHeaders = true) =>
    wantedOf({ ...typed, fields: { ...typed.fields, ...fields } }, hasHeaders);
  expect(bodyOf({ headers: 'X-Key: a: b \n\nY:c' }).body['headers']).toEqual([
    { name: 'X-Key', value: 'a: b' },
    { name: 'Y', value: 'c' },
  ]);
  expect(bodyOf({ clears: 'yes' }).body['headers']).toEqual([]);
  expect(bodyOf({}, false).body['headers']).toEqual([]);
  expect(bodyOf({ headers: 'nothing' }).faults['headers']).toContain('X-Api-Key');
});

test('what is missing, and what is no table, is said at its field', () => {
  const { faults } = wantedOf(
    {
      ...BLANK,
      fields: { ...BLANK.fields, every_s: 'soon', 'mapping.status.path': 's' },
      counts: [{ count: 'a', path: '' }],
      markets: [{ market: 'id: 1 = ', is: 'home' }, {}],
    },
    false,
  );
  expect(Object.keys(faults).sort()).toEqual([
    'every_s',
    'mapping.counts.0.path',
    'mapping.markets.0.is',
    'mapping.markets.0.market',
    'mapping.markets.0.path',
    'mapping.markets.1.market',
    'mapping.names',
    'mapping.status.finished',
    'mapping.status.live',
    'mapping.status.scheduled',
    'name',
    'source',
    'url',
  ]);
});

test('what the node says stands at the field it is about, or says what it is about', () => {
  const names = namesOf(typedOf(PULLER));
  const of = (code: string, ...details: { path?: string; message: string }[]) =>
    faultsOf(new ApiError({ code, message: 'No.', status: 400, details }), names);
  const at = (path: string): readonly string[] =>
    Object.keys(of('bad_request', { path, message: 'm' }).at);
  expect(at('mapping.items')).toEqual(['mapping.items']);
  expect(at('mapping.names.1')).toEqual(['mapping.names']);
  expect(at('mapping.counts.1')).toEqual(['mapping.counts.1.count']);
  expect(at('mapping.counts.2.market.is')).toEqual(['mapping.counts.2.market']);
  expect(at('headers.0.name')).toEqual(['headers']);
  expect(at('mapping.status')).toEqual(['mapping.status.path']);
  expect(of('puller_taken')).toMatchObject({ at: { name: expect.any(String) }, whole: undefined });
  expect(of('bad_request', { path: 'odd', message: 'm' }).whole).toContain('odd: m');
  expect(faultsOf(null, names)).toEqual({ at: {}, whole: undefined });
});
