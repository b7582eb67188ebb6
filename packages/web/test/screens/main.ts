/**
 * `npm run screens`: a picture of every page, in both themes and two widths, of a fair where something goes on. Fails
 * on whatever a console complains of. `npm run screens -- market sell` takes only pages with these words in their name.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import { makePrograms } from '../../../../scripts/programs.js';
import { DESK, openBrowser, PHONE, visitor } from '../chromium.js';
import { openFair } from '../fair.js';
import { actAs, type Person } from '../people.js';
import { STATES } from '../states.js';
import { type Cast, livelyFair } from './lively.js';

const OUT = fileURLToPath(new URL('../../../../screens', import.meta.url));
const THEMES = ['light', 'dark'] as const;
const SIZES = { phone: PHONE, desk: DESK } as const;

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly as?: Person;
  /** What is done before the picture is taken. */
  readonly act?: (page: Page) => Promise<void>;
}

function shotsOf({ mia, zoe, sam, fay, rally }: Cast): readonly Shot[] {
  return [
    { name: 'home', path: '/' },
    { name: 'home-in', path: '/', as: mia },
    { name: 'market', path: '/m/M-001' },
    { name: 'market-in', path: '/m/M-001', as: mia },
    { name: 'market-many', path: '/m/CHAMPION', as: mia },
    { name: 'stock', path: '/m/P-ARG-10', as: mia },
    { name: 'rally', path: '/m/BALLS', as: mia },
    { name: 'rally-sold', path: '/m/SCARVES', as: mia },
    { name: 'rally-out', path: '/m/TENTS' },
    { name: 'market-paused', path: '/m/P-NOR-9' },
    { name: 'market-frozen', path: '/m/M-001', as: fay },
    ...Object.entries(STATES).map(([name, id]) => ({
      name: `market-${name}`,
      path: `/m/${id}`,
      as: mia,
    })),
    { name: 'portfolio', path: '/portfolio', as: mia },
    { name: 'portfolio-out', path: '/portfolio' },
    { name: 'leaderboard', path: '/leaderboard', as: mia },
    { name: 'profile', path: '/u/mia' },
    { name: 'notifications', path: '/notifications', as: mia },
    { name: 'settings', path: '/settings', as: mia },
    { name: 'ticks', path: '/ticks' },
    { name: 'ticks-one', path: '/ticks/BTC-USDT' },
    { name: 'ticks-own', path: `/ticks/${encodeURIComponent('market:M-001/YES')}` },
    { name: 'matches', path: '/matches' },
    { name: 'sign-in', path: '/sign-in' },
    { name: 'sign-up', path: '/sign-up' },
    { name: 'confirm', path: '/confirm#a-letter' },
    { name: 'confirm-none', path: '/confirm' },
    { name: 'forgot', path: '/forgot' },
    { name: 'reset', path: '/reset#a-letter' },
    { name: 'sell', path: '/sell', as: sam },
    { name: 'sell-one', path: `/sell/${rally}`, as: sam },
    { name: 'admin', path: '/admin', as: zoe },
    ...ADMIN_SECTIONS.map((section) => ({
      name: `admin-${section}`,
      path: `/admin/${section}`,
      as: zoe,
    })),
    { name: 'admin-pullers-change', path: '/admin/pullers', as: zoe, act: tryPuller },
    { name: 'admin-new', path: '/admin/new', as: zoe },
    { name: 'admin-market', path: '/admin/markets/FINAL', as: zoe },
    { name: 'admin-draft', path: '/admin/markets/DERBY', as: zoe },
    { name: 'proof', path: '/proof' },
    { name: 'proof-verified', path: '/proof', act: verifyOn },
    { name: 'portfolio-ledger', path: '/portfolio', as: mia, act: showLedger },
    { name: 'missing', path: '/nowhere' },
  ];
}

async function verifyOn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByText(/^All agree/).waitFor();
}

async function showLedger(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Ledger' }).click();
  await page.waitForLoadState('networkidle');
}

async function tryPuller(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Change' }).first().click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.locator('.tried').first().waitFor();
}

const ADMIN_SECTIONS = [
  'waiting',
  'users',
  'treasury',
  'limits',
  'jobs',
  'dead-letters',
  'pullers',
  'quarantine',
  'audit',
] as const;

async function shoot(browser: Browser, url: string, shot: Shot): Promise<readonly string[]> {
  const complaints: string[] = [];
  for (const colorScheme of THEMES) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const visit = await visitor(browser, { viewport, colorScheme });
      const { page } = visit;
      if (shot.as) await actAs(page.context(), url, shot.as);
      await page.goto(`${url}${shot.path}`);
      await page.getByText('Live', { exact: true }).waitFor();
      await page.waitForLoadState('networkidle');
      await shot.act?.(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      const name = `${shot.name}-${colorScheme}-${size}`;
      if (over > 0) complaints.push(`${name}: scrolls sideways by ${over} px`);
      complaints.push(...visit.complaints.map((one) => `${name}: ${one}`));
      await page.screenshot({ path: join(OUT, `${name}.png`), fullPage: true });
      await page.context().close();
    }
  }
  return complaints;
}

async function main(words: readonly string[]): Promise<void> {
  if (words.length === 0) rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  makePrograms();
  const fair = await openFair({ hasTables: true, pullsLocal: true });
  const browser = await openBrowser();
  const complaints: string[] = [];
  try {
    const cast = await livelyFair(fair);
    await fair.tablesReach();
    const all = shotsOf(cast);
    const wanted = all.filter(
      ({ name }) => words.length === 0 || words.some((one) => name.includes(one)),
    );
    for (const shot of wanted) {
      complaints.push(...(await shoot(browser, fair.url, shot)));
      console.log(`${shot.name}  ${shot.path}`);
    }
  } finally {
    await browser.close();
    await fair.close();
  }
  for (const one of complaints) console.error(one);
  console.log(`${OUT}: ${complaints.length} complaints`);
  if (complaints.length > 0) process.exitCode = 1;
}

await main(process.argv.slice(2));
