import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { aService } from './a-service.js';
import { inBrowser, live } from './in-browser.js';

const SECRET = 'c0ffee-secret';

/** All that a page holds: its document, with what its fields have, its address, and what it has stored. */
const HELD = `[
  document.documentElement.outerHTML,
  ...[...document.querySelectorAll('input, select')].map(({ value }) => value),
  location.href,
  document.title,
  JSON.stringify(localStorage),
  JSON.stringify(sessionStorage),
  document.cookie,
].join('\\n')`;

async function holdsNoSecret(page: Page, view: string): Promise<void> {
  expect((await page.evaluate<string>(HELD)).includes(SECRET), view).toBe(false);
}

inBrowser('planted secrets', (open) => {
  test('are nowhere in the page, its feed, and its downloads', async () => {
    await using service = await aService({ dashboard: { actions: true }, protocols: [`bearer.${SECRET}`] });
    const { supervisor, port } = service;
    const settings = {
      protocols: [`bearer.${SECRET}`],
      headers: { authorization: `Bearer ${SECRET}`, cookie: SECRET },
    };
    const client = await service.dial(`/rooms/ann?token=${SECRET}`, settings);
    client.send(SECRET);
    await client.receive();
    await service.dial(`/refused?token=${SECRET}`, settings).catch(() => undefined);
    (await service.dial(`/rooms/throws?token=${SECRET}`, settings)).close(4000, SECRET);
    supervisor.dial({
      id: 'feed',
      url: `ws://ann:${SECRET}@127.0.0.1:${port}/rooms/feed?token=${SECRET}`,
      ...settings,
      handler: ({ closed }) => closed,
    });
    const connection = await service.at('/rooms/ann');
    await service.at('/rooms/feed');

    const { page, received } = await open(service.url);
    await live(page);
    await page.locator('.tree').getByText('feed').waitFor();
    await holdsNoSecret(page, 'overview');

    await page.goto(`${service.url}#/connections`);
    await page.locator('.cell.of-path').getByText('/rooms/ann', { exact: true }).waitFor();
    await holdsNoSecret(page, 'connections');

    await page.goto(`${service.url}#/connection/${connection.id}`);
    await page.locator('g.state.here[data-state="open"]').waitFor();
    await holdsNoSecret(page, 'a connection');
    client.close(4001, SECRET);
    await client.closed;
    await page.locator('.explanation').waitFor();
    await holdsNoSecret(page, 'its end');
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download as JSON' }).click();
    const file = await readFile(await (await downloading).path(), 'utf8');
    expect(JSON.parse(file)).toMatchObject({ id: connection.id, end: { report: { code: 4001 } } });
    expect(file.includes(SECRET)).toBe(false);

    await page.goto(`${service.url}#/dialer/service/feed`);
    await page.locator('g.state.here').waitFor();
    await holdsNoSecret(page, 'a dialer');

    await eventually(() => supervisor.endings.length >= 2);
    await page.goto(`${service.url}#/endings`);
    await page.locator('.cell.of-trigger').getByText('handler-threw').waitFor();
    await holdsNoSecret(page, 'endings');

    // What is looked for would be there: the feed has said something of each.
    for (const type of ['welcome', 'overview', 'series', 'rows', 'detail'])
      expect(
        received.some((text) => text.includes(`"type":"${type}"`)),
        type,
      ).toBe(true);
    expect(received.filter((text) => text.includes(SECRET))).toEqual([]);
  });
});
