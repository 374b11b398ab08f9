import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { RawPeer } from '../../support/raw-peer.js';
import { aService } from './a-service.js';
import { inBrowser, live } from './in-browser.js';

/** Runs where a text is taken for HTML. */
const ATTACK = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
/** As long as a name may be. Percent-encoded, as in addresses, it has three times as many characters. */
const NAME = ATTACK.padEnd(128, '<');
const DIALER = `"/>${ATTACK}`;
const SHORT = '<img/src=x/onerror=window.hacked=1>';
const RIGHT_TO_LEFT = '\u202e';
const LONG = 'x'.repeat(100);
const REASON = `${SHORT}${RIGHT_TO_LEFT}exe.gnp`;
const PROTOCOL = "it's&lt";

/** What has to be found nowhere: a script that ran, an element that came with a text, a character that turns writing. */
const TRACES = `({
  hacked: window.hacked,
  foreign: document.querySelectorAll('img, iframe, object, script:not([src])').length,
  turned: /\\p{Bidi_Control}/u.test(document.documentElement.outerHTML + document.title),
  overflow: Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
})`;

async function isUnharmed(page: Page, view: string): Promise<void> {
  expect(await page.evaluate(TRACES), view).toEqual({ hacked: undefined, foreign: 0, turned: false, overflow: 0 });
}

inBrowser('a page that is given hostile texts', (open) => {
  test.each([
    ['a wide screen', {}],
    ['a phone', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
  ] as const)('shows them as texts, on %s', async (_screen, options) => {
    const dashboard = { showReasons: true, actions: true };
    await using service = await aService({ dashboard, name: NAME, id: NAME, protocols: [PROTOCOL] });
    const { supervisor, port } = service;
    supervisor.dial({ id: DIALER, url: `ws://127.0.0.1:${port}/rooms/d`, handler: ({ closed }) => closed });
    const path = `/rooms/${SHORT}${LONG}${LONG}${LONG}`;
    await using peer = await RawPeer.connect(`ws://127.0.0.1:${port}/`, { path, protocol: PROTOCOL });
    const connection = await service.at(path);
    const failing = await service.dial('/rooms/ann');
    failing.close(4000, REASON);
    await eventually(() => supervisor.endings.some(({ trigger }) => trigger === 'peer-closed'));
    const { page } = await open(service.url, options);
    await live(page);

    await page.locator('.tree').getByText(NAME, { exact: true }).first().waitFor();
    await isUnharmed(page, 'overview');

    await page.goto(`${service.url}#/connections?search=${encodeURIComponent(SHORT)}`);
    await page.locator('.cell.of-id').getByText(connection.id).waitFor();
    expect(await page.locator('.cell.of-path', { hasText: SHORT }).first().textContent()).toBe(path);
    expect(await page.locator('.cell.of-protocol', { hasText: PROTOCOL }).first().textContent()).toBe(PROTOCOL);
    await isUnharmed(page, 'connections');

    await page.locator('.cell.of-id').getByRole('link', { name: connection.id }).click();
    await page.getByText(path, { exact: true }).waitFor();
    await isUnharmed(page, 'a connection');

    peer.sendClose(4001, REASON);
    peer.socket.end();
    await page
      .locator('.explanation')
      .filter({ hasText: `${SHORT}\\u202eexe.gnp` })
      .waitFor();
    expect(await page.locator('.ending dd', { hasText: 'received' }).textContent()).toContain(
      `4001 received ("${SHORT}\\u202eexe.gnp")`,
    );
    await isUnharmed(page, 'its end');

    await page.goto(`${service.url}#/endings`);
    await page.locator('.cell.of-id').getByRole('link', { name: connection.id }).waitFor();
    await isUnharmed(page, 'endings');

    await page.goto(`${service.url}#/`);
    await page.locator('.tree').getByRole('link', { name: DIALER }).click();
    await page.locator('g.state.here').waitFor();
    await isUnharmed(page, 'a dialer');

    await page.goto(`${service.url}#/connection/${encodeURIComponent(ATTACK)}?${ATTACK}`);
    await page.getByRole('heading', { name: ATTACK }).waitFor();
    await isUnharmed(page, 'an address that somebody has made up');
  });
});
