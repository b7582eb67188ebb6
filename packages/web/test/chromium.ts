/** The browser of the tests, and a page whose complaints are kept. */
import { existsSync } from 'node:fs';
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  expect,
  type Page,
} from '@playwright/test';

const CHROMIUM = '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 800 };

/** Waits for what comes in its own time, also on a machine that has much to do. */
export const expectPage = expect.configure({ timeout: 30_000 });

export const hasChromium = (): boolean => existsSync(CHROMIUM);

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ARGS });

export interface Visit {
  readonly page: Page;
  /** Errors and warnings of its console so far. */
  readonly complaints: string[];
}

/** A browser of its own, with its own cookies. */
export async function visitor(
  browser: Browser,
  options: BrowserContextOptions = { viewport: PHONE },
): Promise<Visit> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  return watched(await context.newPage());
}

export function watched(page: Page): Visit {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}
