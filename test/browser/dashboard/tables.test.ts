import { expect, test } from 'vitest';
import { aService, withTraffic } from './a-service.js';
import { inBrowser } from './in-browser.js';

/** The cells that are cut, or out of sight. Names and sentences may be longer than any column: they have a tooltip. */
const CUT = `(() => {
  const { right } = document.querySelector('.grid').getBoundingClientRect();
  return [...document.querySelectorAll('.grid .cell:not(.of-text)')]
    .filter((cell) => cell.getBoundingClientRect().right > right ||
      (cell.scrollWidth > cell.clientWidth && cell.title !== cell.textContent))
    .map((cell) => cell.className + ': ' + cell.textContent);
})()`;

inBrowser('the tables', (open) => {
  test.each(['connections', 'endings'])('of %s show every column whole on a screen of 1280 px', async (table) => {
    await using service = await aService();
    await withTraffic(service);
    const { page } = await open(`${service.url}#/${table}`);
    await page.locator('.cell.of-id a').first().waitFor();
    expect(await page.evaluate<string[]>(CUT)).toEqual([]);
  });

  test('keep their place, their search, and their order in the address', async () => {
    await using service = await aService();
    await withTraffic(service);
    const { page } = await open(`${service.url}#/connections`);
    await page.getByRole('searchbox').fill('rooms');
    await page.getByRole('button', { name: 'Msgs in' }).click();
    await page.getByLabel('Role').selectOption('accepted');
    await page.waitForURL(({ hash }) =>
      ['search=rooms', 'role=accepted', 'sort=-framesIn'].every((it) => hash.includes(it)),
    );
    const address = page.url();
    await page.goto('about:blank');
    await page.goto(address);
    await page.locator('[aria-sort="descending"]').getByText('Msgs in').waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('rooms');
    expect(await page.getByLabel('Role').inputValue()).toBe('accepted');
  });

  test('of endings show those of one trigger, also by way of the overview', async () => {
    await using service = await aService();
    await withTraffic(service);
    const { page } = await open(service.url);
    await page.getByRole('link', { name: 'handler-threw' }).click();
    await page.getByText(/^1 of \d+ endings$/).waitFor();
    expect(await page.locator('.body .of-trigger').allTextContents()).toEqual(['handler-threw']);
    await page.getByLabel('Trigger').selectOption('socket-error');
    await page.locator('.body .of-trigger').getByText('socket-error').waitFor();
    expect(await page.locator('.body .of-trigger').allTextContents()).toEqual(['socket-error']);
  });
});
