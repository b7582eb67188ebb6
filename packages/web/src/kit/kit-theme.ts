/** What the kit is told of our tokens: names of colours, and what it must not write into the page. */
import {
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

const INKS: Readonly<Record<string, string>> = {
  brand: 'var(--accent-ink)',
  up: 'var(--card)',
  down: 'var(--card)',
};

/** Every shade is the one token: its two themes are the style sheet's business. */
const shades = (token: string): MantineColorsTuple => [
  token,
  token,
  token,
  token,
  token,
  token,
  token,
  token,
  token,
  token,
];

/** On our own colours stands our own ink, which reads well in both themes. */
const variants: VariantColorsResolver = (asked) => {
  const resolved = defaultVariantColorsResolver(asked);
  const color = asked.color ?? asked.theme.primaryColor;
  const ink = INKS[color];
  if (ink === undefined) return resolved;
  const name = `var(--mantine-color-${color}`;
  switch (asked.variant) {
    case 'filled':
      return {
        ...resolved,
        background: `${name}-filled)`,
        hover: `${name}-filled-hover)`,
        color: ink,
        border: '1px solid transparent',
      };
    case 'light':
      return {
        ...resolved,
        background: `${name}-light)`,
        hover: `${name}-light-hover)`,
        color: `${name}-light-color)`,
        border: '1px solid transparent',
      };
    case 'outline':
      return { ...resolved, color: `${name}-text)`, border: `1px solid ${name}-outline)` };
    case 'subtle':
      return { ...resolved, color: `${name}-text)`, hover: `${name}-light-hover)` };
    default:
      return resolved;
  }
};

export const kitTheme = createTheme({
  primaryColor: 'brand',
  colors: {
    brand: shades('var(--accent)'),
    up: shades('var(--up)'),
    down: shades('var(--down)'),
  },
  variantColorResolver: variants,
  respectReducedMotion: true,
  cursorType: 'pointer',
  defaultRadius: 'md',
  components: {
    // Holding the page still, the kit writes a style sheet, which our CSP forbids: theme.css does it.
    Modal: { defaultProps: { lockScroll: false, centered: true, radius: 'lg' } },
    Drawer: { defaultProps: { lockScroll: false } },
    // A menu has no child but its items: the first of them takes the focus.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
  },
});
