import { hashZero, ONE } from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import { buy, openAccount, Played } from '../test/played.js';
import { JournalTape } from './tape.js';

/** Groups of several sizes, and term rows between them. */
async function recorded(): Promise<Played> {
  const played = await Played.open();
  for (let round = 0; round < 4; round++) {
    const hang = played.journal.hangNext('before');
    const answers = Array.from({ length: 1 + round * 3 }, () => {
      return played.submit({ by: 'ana', wish: buy(ONE) });
    });
    hang.release();
    await Promise.all(answers);
    await played.restart();
  }
  return played;
}

async function all(chunks: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) {
    expect(chunk.endsWith('\n')).toBe(true);
    text += chunk;
  }
  return text;
}

describe('the tape', () => {
  test('[R7] every entry is found by its seq, with its line and hash; no other is', async () => {
    const played = await recorded();
    const { tape } = played.sequencer;
    expect(tape.id).toBe(played.store.id);
    const { lines, entries } = played;
    expect(lines.length).toBeGreaterThan(25);
    for (const [n, line] of lines.entries()) {
      expect(await tape.lineAt(n + 1)).toBe(line);
      expect(await tape.hashAt(n + 1)).toBe(entries[n]!.hash);
      expect(await tape.entryAt(n + 1)).toEqual(entries[n]);
    }
    expect(await tape.hashAt(0)).toBe(hashZero(played.store.id));
    for (const seq of [0, -1, lines.length + 1]) expect(await tape.lineAt(seq)).toBeUndefined();
    expect(await tape.hashAt(lines.length + 1)).toBeUndefined();
    expect(await tape.entryAt(lines.length + 1)).toBeUndefined();
  });

  test('[R7] lines from any place, any number of them', async () => {
    const { lines, sequencer } = await recorded();
    const from = (seq: number, limit?: number): Promise<string> =>
      all(sequencer.tape.linesFrom(seq, limit));
    for (let seq = 1; seq <= lines.length; seq++) {
      const rest = lines.slice(seq - 1);
      expect(await from(seq)).toBe(`${rest.join('\n')}\n`);
      for (const limit of [1, 3, rest.length, rest.length + 5]) {
        expect(await from(seq, limit)).toBe(`${rest.slice(0, limit).join('\n')}\n`);
      }
    }
    expect(await from(0)).toBe(`${lines.join('\n')}\n`);
    expect(await from(5, 0)).toBe('');
    expect(await from(lines.length + 1)).toBe('');
  });

  test('[R7] nothing that is not durable is on it', async () => {
    const played = await Played.open();
    const hang = played.journal.hangNext('before');
    const answer = played.submit({ wish: openAccount('eve') });
    await hang.reached;
    expect(await played.sequencer.tape.lineAt(7)).toBeUndefined();
    expect((await all(played.sequencer.tape.linesFrom(1))).split('\n')).toHaveLength(7);
    hang.release();
    await answer;
    expect(await played.sequencer.tape.lineAt(7)).toBeDefined();
  });

  test('[R7] a journal of more groups than one read gives', async () => {
    const played = await Played.open();
    for (let n = 0; n < 200; n++) await played.done({ by: 'ana', wish: buy(ONE) });
    const tape = new JournalTape(played.store.open());
    expect(await all(tape.linesFrom(1))).toBe(`${played.lines.join('\n')}\n`);
    expect(await all(tape.linesFrom(100, 90))).toBe(`${played.lines.slice(99, 189).join('\n')}\n`);
  });
});
