import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { EXITS } from '../src/exit.js';
import { cleanUp, folder, good, inside, start } from './cli.js';

afterAll(cleanUp);

const FAST = ['demo', '--port', '0', '--speed', 'max', '--trades', '0'];

describe('the demo', { timeout: 120_000 }, () => {
  test('[C20] plays to the end, shows the result, serves on, and the journal proves it', async () => {
    const data = join(folder(), 'data');
    const playing = start([...FAST, '--data', data]);
    await playing.says('stays open; Ctrl-C ends it');
    const url = /is at (\S+)/.exec(playing.out())![1]!;
    expect((await fetch(`${url}/v1/head`)).status).toBe(200);
    playing.child.kill('SIGINT');
    const { code, out, err } = await playing.ended;
    expect(code).toBe(0);
    expect(out).toMatch(
      /^The World Cup is at http:\/\/127\.0\.0\.1:\d+\nSpain are world champions/,
    );
    expect(err).toContain('the cup is over');
    expect(err).not.toContain('\u001b');
    const proof = await good(['verify', data]);
    expect(proof.out).toContain('566 facts, each once: goal 278 · ');
    expect(proof.out).toContain(
      '1,378 markets: 1,366 settled, 12 refunded; nothing is left in those that ended',
    );
    const again = await good([...FAST, '--no-wait', '--data', data]);
    expect(again.out).toContain('Spain are world champions');
  });

  test('[C20] [C18] stopped it goes on from there; anew what was there is moved aside', async () => {
    const data = join(folder(), 'data');
    const first = start([...FAST, '--data', data]);
    await first.says('listing stocks');
    first.child.kill('SIGINT');
    expect(await first.ended).toMatchObject({
      code: 0,
      err: expect.stringContaining('goes on from here'),
    });
    const anew = start([...FAST, '--data', data, '--fresh', '--no-wait']);
    await anew.says('listing stocks');
    expect(existsSync(join(`${data}.before-1`, 'journal'))).toBe(true);
    anew.child.kill('SIGINT');
    expect(await anew.ended).toMatchObject({ code: EXITS.interrupted.code });
    expect((await good(['verify', data])).out).toContain('books sum to 0');
    // What nobody can open any more is kept, and no reason not to begin anew.
    writeFileSync(join(data, 'journal', 'journal.json'), 'spilt');
    expect((await inside([...FAST, '--data', data])).err).toContain('is not a journal');
    const again = start([...FAST, '--data', data, '--fresh', '--no-wait']);
    await again.says('listing stocks');
    expect(existsSync(join(`${data}.before-2`, 'journal'))).toBe(true);
    again.child.kill('SIGKILL');
  });
});
