import { expect, test } from 'vitest';
import { aService, type Service } from './a-service.js';
import { inBrowser, live } from './in-browser.js';

/** A browser reports each connection and each request that fails. */
const LOST = /WebSocket connection to|net::ERR_(?:CONNECTION|EMPTY)/;

inBrowser('a page whose server is lost', (open) => {
  test('says so, and shows the next one when it is there', async () => {
    let service: Service | undefined = await aService();
    const { port, url } = service;
    try {
      await service.dial('/rooms/before');
      const { page } = await open(`${url}#/connections`, { expected: LOST });
      await page.locator('.cell.of-path').getByText('/rooms/before').waitFor();

      await service[Symbol.asyncDispose]();
      service = undefined;
      await page.getByText('No connection to the server; tries again in').waitFor();
      await page.getByRole('status').filter({ hasText: 'What is shown is no longer live.' }).waitFor();

      service = await aService({ port });
      await service.dial('/rooms/after');
      await live(page);
      await page.locator('.cell.of-path').getByText('/rooms/after').waitFor();
      await page.getByRole('status').filter({ hasText: 'Connected to the server again.' }).waitFor();
      expect(await page.locator('.cell.of-path').getByText('/rooms/before').count()).toBe(0);
    } finally {
      await service?.[Symbol.asyncDispose]();
    }
  });

  test('tries again at once when one asks for it', async () => {
    let service: Service | undefined = await aService();
    const { port, url } = service;
    try {
      const { page } = await open(url, { expected: LOST });
      // Where chance has it, the page waits as long as it ever does.
      await page.addInitScript('Math.random = () => 1');
      await page.reload();
      await live(page);
      await service[Symbol.asyncDispose]();
      service = undefined;
      const button = page.getByRole('button', { name: 'Try now' });
      for (let attempt = 0; attempt < 4; attempt += 1) await button.click();
      service = await aService({ port });
      const began = performance.now();
      await button.click();
      await live(page);
      expect(performance.now() - began).toBeLessThan(4_000);
    } finally {
      await service?.[Symbol.asyncDispose]();
    }
  });

  test('follows on when only its feed was cut', async () => {
    await using service = await aService();
    const { peer, connection } = await service.join('/rooms/silent');
    const { page, received } = await open(`${service.url}#/connection/${connection.id}`, { expected: LOST });
    await page.locator('g.state.here[data-state="open"]').waitFor();
    const welcomes = () => received.filter((text) => text.startsWith('{"type":"welcome"')).length;
    expect(welcomes()).toBe(1);
    service.cutFeeds();
    connection.close(4003);
    peer.sendClose(4003);
    peer.socket.end();
    await page.locator('g.state.here[data-state="closed"]').waitFor();
    await page.locator('.explanation').filter({ hasText: '4003' }).waitFor();
    expect(welcomes()).toBe(2);
  });
});
