/** The kit around all pages. It may write no style into them: the CSP forbids that, and our sheets say it all. */
import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTheme } from '../theme.js';
import { kitTheme } from './kit-theme.js';

export function Kit(props: { readonly children: ReactNode }) {
  const theme = useTheme();
  return (
    <MantineProvider
      theme={kitTheme}
      forceColorScheme={theme}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      {props.children}
    </MantineProvider>
  );
}
