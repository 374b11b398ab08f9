import { expect, test } from 'vitest';
import { aService } from './a-service.js';
import { inBrowser, live } from './in-browser.js';

const TOKEN = 'correct-horse-battery';

/** A browser reports each answer of 401. */
const UNAUTHORIZED = /the server responded with a status of 401/;

/** The same for each answer of 403, and for a feed that was cut. */
const REFUSED = /the server responded with a status of 403|WebSocket connection to/;

inBrowser('a page that needs a token', (open) => {
  test('asks for it, says that a wrong one is wrong, and shows the service for the right one', async () => {
    await using service = await aService({ dashboard: { token: TOKEN } });
    const { page, received } = await open(service.url, { expected: UNAUTHORIZED });
    const field = page.getByLabel('Token of this dashboard');
    await field.and(page.locator(':focus')).waitFor();
    await page.keyboard.type('wrong-horse-battery!');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'The server does not take this token.' }).waitFor();
    expect(received).toEqual([]);
    await field.fill(TOKEN);
    await page.keyboard.press('Enter');
    await live(page);
    expect(await page.content()).not.toContain(TOKEN);
    await page.reload();
    await live(page);
  });

  test('takes it from a link, and removes it from the address', async () => {
    await using service = await aService({ dashboard: { token: TOKEN } });
    const { page } = await open(`${service.url}#token=${TOKEN}`);
    await page.getByRole('button', { name: 'Show the dashboard' }).waitFor();
    expect(await page.getByLabel('Token of this dashboard').inputValue()).toBe(TOKEN);
    expect(page.url()).not.toContain(TOKEN);
    await page.getByRole('button', { name: 'Show the dashboard' }).click();
    await live(page);
  });

  test('says why, where one may look no longer, and looks again when one asks for it', async () => {
    let isAllowed = true;
    await using service = await aService({ dashboard: { authorize: () => isAllowed } });
    const { page } = await open(service.url, { expected: REFUSED });
    await live(page);
    isAllowed = false;
    service.cutFeeds();
    await page.getByText('You are not allowed to look at this dashboard.').waitFor();
    isAllowed = true;
    await page.getByRole('button', { name: 'Try again' }).click();
    await live(page);
  });
});
