import { expect, test } from 'vitest';
import { connect } from '../../../src/index.js';
import { startService } from '../../cli/fake-terminal.js';
import { REBOUND } from '../chromium.js';
import { inBrowser, live } from './in-browser.js';

/** A browser reports a connection that is lost, and a request that is refused. */
const LOST = /WebSocket connection to|net::ERR_|the server responded with a status of 421/;

inBrowser('the page of wirekeeper serve', (open) => {
  test.each(['127.0.0.1', 'localhost'])('shows the service by the name %s, until a signal ends it', async (name) => {
    const { authority, terminal, status } = await startService('--dashboard-actions');
    try {
      const url = `http://${authority.replace('127.0.0.1', name)}/_wirekeeper/`;
      const { page } = await open(url, { expected: LOST });
      await live(page);
      await page.locator('[data-child="echo"]').getByText('listening').waitFor();

      const client = await connect(`ws://${authority}/echo`);
      await page.locator('[data-child="echo"]').getByText('1 connections').waitFor();
      await page.goto(`${url}#/connections`);
      await page.locator('.cell.of-path').getByText('/echo', { exact: true }).click();
      await page.getByRole('button', { name: 'Close…' }).click();
      await page.getByLabel('Code').fill('4009');
      await page.getByRole('button', { name: 'Close it' }).click();
      expect((await client.closed).code).toBe(4009);
      await page.locator('.explanation').filter({ hasText: '4009' }).waitFor();
      expect(terminal.stdout.text).toContain('asked for by a viewer at 127.0.0.1: done');
    } finally {
      terminal.raise();
    }
    expect(await status).toBe(0);
  });

  test('is not shown by a name that somebody else has pointed at this machine', async () => {
    const { authority, terminal, status } = await startService();
    const [, port = ''] = authority.split(':');
    const url = `http://${REBOUND}:${port}/_wirekeeper/`;
    const { page } = await open(url, { expected: LOST });
    const answer = await page.goto(url);
    terminal.raise();
    expect(await status).toBe(0);
    expect(answer?.status()).toBe(421);
  });
});
