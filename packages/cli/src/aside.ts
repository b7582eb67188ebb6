/** Nothing is deleted: a mistyped directory must not cost a journal. */
import { existsSync, renameSync } from 'node:fs';
import { line } from './print.js';
import type { Terminal } from './terminal.js';

export function putAside(terminal: Terminal, data: string): void {
  for (let n = 1; ; n += 1) {
    const aside = `${data}.before-${n}`;
    if (existsSync(aside)) continue;
    renameSync(data, aside);
    line(terminal.err, `what was in ${data} is in ${aside} now`);
    return;
  }
}
