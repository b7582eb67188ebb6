/** Text files as whole lines, byte for byte: each byte is one character, and only "\n" ends a line. */
import { createReadStream } from 'node:fs';
import { Failure } from './exit.js';

/** Chunks of whole lines. A file that ends inside a line is not whole. */
export async function* wholeLines(path: string, signal: AbortSignal): AsyncGenerator<string, void> {
  let rest = '';
  const pieces: AsyncIterable<string> = createReadStream(path, {
    encoding: 'latin1',
    highWaterMark: 1 << 20,
    signal,
  });
  for await (const piece of pieces) {
    const text = rest + piece;
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    if (end > 0) yield text.slice(0, end);
  }
  if (rest !== '')
    throw new Failure(
      'fault',
      `${path} ends in the middle of a line: it was not written to its end.`,
    );
}

/** One line at a time, without its line end. */
export async function* eachLine(chunks: AsyncIterable<string>): AsyncGenerator<string, void> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const end = chunk.indexOf('\n', at);
      yield chunk.slice(at, end);
      at = end + 1;
    }
  }
}

/** Ends the lines with the reason of a Ctrl-C, at the next chunk. */
export async function* until(
  signal: AbortSignal,
  chunks: AsyncIterable<string>,
): AsyncGenerator<string, void> {
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    yield chunk;
  }
}
