import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { EXITS } from '../src/exit.js';
import { cleanUp, folder, good, run, start } from './cli.js';

afterAll(cleanUp);

const FAST = ['demo', '--port', '0', '--speed', 'max', '--trades', '0'];

describe('the demo', { timeout: 120_000 }, () => {
  test('[C20] plays to the end, shows the result, and the journal proves it', async () => {
    const data = join(folder(), 'data');
    const { out, err } = await good([...FAST, '--no-wait', '--data', data]);
    expect(out).toMatch(/^The World Cup is at http:\/\/127\.0\.0\.1:\d+\nSpain are world champions/);
    expect(err).toContain('the cup is over');
    expect(err).not.toContain('\u001b');
    const proof = await good(['verify', data]);
    expect(proof.out).toContain('566 facts, each once: goal 278 · ');
    expect(proof.out).toContain('1,352 markets: 1,352 settled; nothing is left in those that ended');
    const waiting = start([...FAST, '--data', data]);
    await waiting.says('stays open; Ctrl-C ends it');
    const url = /is at (\S+)/.exec(waiting.out())?.[1];
    expect((await fetch(`${url}/v1/head`)).status).toBe(200);
    waiting.child.kill('SIGINT');
    expect(await waiting.ended).toMatchObject({ code: 0 });
    const anew = start(['demo', '--port', '0', '--data', data, '--fresh', '--no-wait']);
    await anew.says('day 1 of 34');
    expect(existsSync(join(`${data}.before-1`, 'journal'))).toBe(true);
    anew.child.kill('SIGINT');
    expect(await anew.ended).toMatchObject({ code: EXITS.interrupted.code, err: expect.stringContaining('goes on from here') });
    expect(await run(['verify', data])).toMatchObject({ code: 0 });
  });
});
