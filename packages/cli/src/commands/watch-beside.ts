/** What `watch` follows beside the journal: prices from outside, matches, dead letters; a line for each change. */
import type { LatestTick, LettersNow, LiveMatch, OnBeside } from '@fairground/client';
import { jsonLine, line, plain } from '../print.js';
import type { Terminal } from '../terminal.js';

const TICKS = 'ticks/';

/** Topics that are heard by an ear of their own. */
export const isBeside = (name: string): boolean =>
  name === 'matches' || name === 'dead-letters' || name.startsWith(TICKS);

export function besideOf(terminal: Terminal, isJson: boolean): OnBeside {
  const told = new Map<string, string>();
  const say = (topic: string, words: string, value: object): void => {
    if (isJson) jsonLine(terminal, { topic, ...value });
    else line(terminal.out, `${topic}  ${words}`);
  };
  const ticks = new Map<string, number>();
  return {
    onTick(tick) {
      const more = tick.ticks - (ticks.get(tick.symbol) ?? tick.ticks - 1) - 1;
      ticks.set(tick.symbol, tick.ticks);
      say(`${TICKS}${tick.symbol}`, tickWords(tick, more), { ...tick, not_shown: more });
    },
    onMatches(matches) {
      if (isJson) return say('matches', '', { items: matches });
      if (matches.length === 0 && told.size === 0) say('matches', 'none yet', {});
      for (const match of matches) {
        const words = matchWords(match);
        const id = `${match.puller} ${match.item}`;
        if (told.get(id) !== words) say('matches', words, match);
        told.set(id, words);
      }
    },
    onLetters: (letters) => say('dead-letters', lettersWords(letters), letters),
  };
}

function tickWords({ price, size, side, time, source }: LatestTick, more: number): string {
  const who = `${side === undefined ? '' : `${side}  `}${time}  ${plain(source)}`;
  return `${price} × ${size}  ${who}${more > 0 ? `  (and ${more} before it)` : ''}`;
}

function matchWords({ names, status, minute, counts, ends }: LiveMatch): string {
  const figures = counts.map(({ count, value }) => `${plain(count)} ${value}`).join(', ');
  const when = minute === undefined ? status : `${status} ${plain(minute)}′`;
  const result = ends.map(({ market, outcome }) => `${market}: ${plain(outcome)}`).join(', ');
  return [names.map(plain).join(' – '), when, figures, result]
    .filter((one) => one !== '')
    .join('  ');
}

const lettersWords = ({ open }: LettersNow): string =>
  open === 0 ? 'none is open' : `${open} open`;
