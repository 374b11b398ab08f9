import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { aService, type Service, withTraffic } from './a-service.js';
import { faintTexts } from './drawn-contrast.js';
import { inBrowser, live, type VisitOptions } from './in-browser.js';

/** What axe-core finds, as far as it is read here. */
interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Of what passes it says less, and so takes a third of the time. */
const RUN = "axe.run({ resultTypes: ['violations'] })";

/** What axe-core calls serious or critical in the page as it is, one line for each element. */
async function seriousFaults(page: Page): Promise<string[]> {
  const axe = createRequire(import.meta.url)('axe-core') as { readonly source: string };
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ readonly violations: readonly Violation[] }>(RUN);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

/** How far the page is wider than its window, in px. */
const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

const SCREENS = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'on a phone': { colorScheme: 'dark', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
} as const satisfies Readonly<Record<string, VisitOptions>>;

/** Every view by its address, and what is there once it is whole. */
function viewsOf({ supervisor }: Service): Readonly<Record<string, readonly [hash: string, selector: string]>> {
  const dialed = [...supervisor.connections.values()].find(({ role }) => role === 'dialed')?.id ?? '';
  const failed = supervisor.endings.find(({ trigger }) => trigger === 'handler-threw')?.connectionId ?? '';
  return {
    overview: ['#/', '.charts canvas'],
    connections: ['#/connections', '.grid .cell.of-id a'],
    'connections that nothing matches': ['#/connections?search=nothing', '.found'],
    endings: ['#/endings', '.grid .cell.of-id a'],
    'a live connection': [`#/connection/${dialed}`, 'g.state.here'],
    'a connection that has ended': [`#/connection/${failed}`, '.explanation'],
    'a dialer': ['#/dialer/service/unreachable', 'g.state.here'],
    'a supervisor': ['#/supervisor/service', 'g.state.here'],
    'a connection that is unknown': ['#/connection/unknown', '.empty'],
  };
}

/** The tests of these screens. */
export function accessibleOn(screens: readonly (keyof typeof SCREENS)[]): void {
  inBrowser('the page, seen by axe-core', (open) => {
    test.each(screens)('has no serious fault in any view, %s', async (screen) => {
      await using service = await aService({ dashboard: { actions: true } });
      await withTraffic(service);
      const { page } = await open(service.url, SCREENS[screen]);
      await live(page);
      for (const [view, [hash, selector]] of Object.entries(viewsOf(service))) {
        await page.goto(`${service.url}${hash}`);
        await page.locator(selector).first().waitFor();
        expect(await seriousFaults(page), view).toEqual([]);
        expect(await faintTexts(page), view).toEqual([]);
        if (screen.includes('phone')) expect(await page.evaluate<number>(OVERFLOW), view).toBeLessThanOrEqual(0);
      }
    });

    test.each(screens)('has no serious fault in its dialogs and folded tables, %s', async (screen) => {
      await using service = await aService({ dashboard: { actions: true } });
      await withTraffic(service);
      const { page } = await open(service.url, SCREENS[screen]);
      await live(page);
      for (const table of await page.locator('summary').all()) await table.click();
      expect(await seriousFaults(page), 'tables').toEqual([]);
      const drain = page.getByRole('button', { name: 'Drain a share' });
      await drain.click();
      await page.getByRole('dialog').waitFor();
      expect(await seriousFaults(page), 'drain').toEqual([]);
      if (screen.includes('phone')) expect(await page.evaluate<number>(OVERFLOW)).toBeLessThanOrEqual(0);
    });

    test.each(screens)('has no serious fault where it asks for a token, %s', async (screen) => {
      await using service = await aService({ dashboard: { token: 'correct-horse-battery' } });
      const { page } = await open(service.url, SCREENS[screen]);
      await page.getByLabel('Token of this dashboard').waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      if (screen.includes('phone')) expect(await page.evaluate<number>(OVERFLOW)).toBeLessThanOrEqual(0);
    });
  });
}
