/** A shirt for a player (`P-ARG-10`), a ticket for a match, initials for anything else. */
import type { CSSProperties } from 'react';

const MATCH_HUE = 85;

/** A colour that always is the same one for the same text. */
export function hueOf(text: string): number {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + letter.charCodeAt(0)) % 3_600;
  return sum % 360;
}

interface Face {
  readonly top: string;
  readonly main: string;
  readonly hue: number;
}

function faceOf(id: string, title: string): Face {
  const player = /^P-([A-Z]{3})-(\d+)$/.exec(id);
  if (player) return { top: player[1] ?? '', main: player[2] ?? '', hue: hueOf(player[1] ?? '') };
  const match = /^M-?(\d+)$/i.exec(id);
  if (match) return { top: 'match', main: (match[1] ?? '').replace(/^0+/, ''), hue: MATCH_HUE };
  const initials = title
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.charAt(0));
  return { top: '', main: initials.join('').toUpperCase(), hue: hueOf(id) };
}

interface Hued extends CSSProperties {
  readonly '--hue': number;
}

export function Badge(props: { readonly id: string; readonly title: string }) {
  const face = faceOf(props.id, props.title);
  const style: Hued = { '--hue': face.hue };
  return (
    <span className="badge" style={style} aria-hidden="true">
      {face.top !== '' && <small>{face.top}</small>}
      <b>{face.main}</b>
    </span>
  );
}
