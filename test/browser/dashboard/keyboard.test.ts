import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { aService, withTraffic } from './a-service.js';
import { inBrowser, live } from './in-browser.js';

/** What has the focus, and whether one sees that. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return { name: '', isSeen: true };
  const shown = element.matches('[type="radio"]') ? element.closest('label') : element;
  const { outlineStyle, outlineWidth } = getComputedStyle(shown);
  const { width, height } = shown.getBoundingClientRect();
  const name = element.getAttribute('aria-label') ?? element.closest('label')?.textContent ?? element.textContent;
  return { name, isSeen: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 && width > 4 && height > 4 };
})()`;

interface Focused {
  readonly name: string;
  readonly isSeen: boolean;
}

/** Presses Tab until something has the focus; fails after a hundred stops. */
async function tabTo(page: Page, wanted: RegExp): Promise<void> {
  for (let stop = 0; stop < 100; stop += 1) {
    await page.keyboard.press('Tab');
    const { name, isSeen } = await page.evaluate<Focused>(FOCUSED);
    expect(isSeen, `${name} shows that it has the focus`).toBe(true);
    if (wanted.test(name)) return;
  }
  throw new Error(`the Tab key never leads to ${wanted}`);
}

/** Presses the arrow and Enter, with no time for the page to paint in between. */
const OPEN_NEXT_ROW = `(async () => {
  const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  const row = document.activeElement;
  press('ArrowDown');
  while (document.activeElement === row) await null;
  press('Enter');
})()`;

const focusedRow = (page: Page) => page.locator('[role="row"]:focus');

inBrowser('the page by keyboard alone', (open) => {
  test('leads from the top to a view, a search, a row, its connection, and back', async () => {
    await using service = await aService();
    await withTraffic(service);
    const { page } = await open(service.url);
    await live(page);

    await page.keyboard.press('Tab');
    expect((await page.evaluate<Focused>(FOCUSED)).name).toBe('Skip to the content');
    await tabTo(page, /^Connections$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Connections' }).and(page.locator(':focus')).waitFor();

    await page.keyboard.press('/');
    await page.getByRole('searchbox').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('rooms/');
    await page.getByText(/^\d+ of \d+ connections$/).waitFor();
    await page.getByRole('status').filter({ hasText: 'found' }).waitFor();

    await tabTo(page, /rooms/);
    const rows = await page.locator('.body .row .of-id').allTextContents();
    expect(rows.length).toBeGreaterThan(3);
    const isAt = (index: number) =>
      focusedRow(page)
        .filter({ hasText: rows[index] ?? 'none' })
        .waitFor();
    await isAt(0);
    await page.keyboard.press('ArrowDown');
    await isAt(1);
    await page.keyboard.press('ArrowDown');
    await isAt(2);
    await page.keyboard.press('ArrowUp');
    await isAt(1);
    await page.keyboard.press('End');
    await isAt(rows.length - 1);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await isAt(1);
    await page.keyboard.press('Enter');
    await page
      .getByRole('heading', { name: rows[1] ?? 'none' })
      .and(page.locator(':focus'))
      .waitFor();
    await page.locator('g.state.here').waitFor();

    await page.goBack();
    await page.getByRole('heading', { name: 'Connections' }).and(page.locator(':focus')).waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('rooms/');
    await tabTo(page, /rooms/);
    await isAt(1);
  });

  test('leads back to the row that was opened, although nothing was painted before it was', async () => {
    await using service = await aService();
    await withTraffic(service);
    const { page } = await open(`${service.url}#/connections`);
    await live(page);
    await page.locator('.body .row .of-id').nth(1).waitFor();
    const [first = 'none', second = 'none'] = await page.locator('.body .row .of-id').allTextContents();
    await tabTo(page, new RegExp(first));
    await page.evaluate(OPEN_NEXT_ROW);
    await page.getByRole('heading', { name: second }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Connections' }).and(page.locator(':focus')).waitFor();
    await tabTo(page, new RegExp(`${first}|${second}`));
    await focusedRow(page).filter({ hasText: second }).waitFor();
  });

  test.each(['#/', '#/connections', '#/endings', '#/supervisor/service'])(
    'every stop of the Tab key at %s is seen, and none is a trap',
    async (hash) => {
      await using service = await aService({ dashboard: { actions: true } });
      await withTraffic(service);
      const { page } = await open(`${service.url}${hash}`);
      await live(page);
      await page.locator('main .panel, .row a').first().waitFor();
      await tabTo(page, /^Skip to the content$/);
      const names: string[] = [];
      for (let stop = 0; stop < 100 && names.at(-1) !== ''; stop += 1) {
        await page.keyboard.press('Tab');
        const { name, isSeen } = await page.evaluate<Focused>(FOCUSED);
        expect(isSeen, `${name} shows that it has the focus`).toBe(true);
        names.push(name);
      }
      expect(names.at(-1)).toBe('');
      expect(names).toContain('Endings');
    },
  );

  test('a dialog takes the focus, keeps it, and gives it back', async () => {
    await using service = await aService({ dashboard: { actions: true } });
    const { page } = await open(service.url);
    await live(page);
    await tabTo(page, /^Drain a share/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    for (let stop = 0; stop < 12; stop += 1) {
      await page.keyboard.press('Tab');
      const isInside = 'document.activeElement === document.body || document.activeElement.closest("dialog") !== null';
      expect(await page.evaluate<boolean>(isInside)).toBe(true);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect((await page.evaluate<Focused>(FOCUSED)).name).toMatch(/^Drain a share/);
  });
});
