import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { explain } from '../../../src/index.js';
import { parseTimeline, replay } from '../../../src/inspect/index.js';
import { aService, withTraffic } from './a-service.js';
import { inBrowser, live } from './in-browser.js';

/** A change in the service is to be seen within this. */
const SEEN_WITHIN_MS = 1_000;

/** Notes when the diagram shows another position: the page's clock is the service's, both are on this machine. */
const WATCH_POSITION = `
  window.positions = [];
  new MutationObserver(() => {
    const state = document.querySelector('g.state.here:not(.compound)')?.dataset.state;
    if (state !== undefined && state !== window.positions.at(-1)?.state) positions.push({ state, at: Date.now() });
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
`;

interface Position {
  readonly state: string;
  readonly at: number;
}

/** When the page has shown the state. */
async function shownAt(page: Page, state: string): Promise<number> {
  await page.locator(`g.state.here[data-state="${state}"]`).waitFor();
  const positions = await page.evaluate<Position[]>('window.positions');
  return positions.find((position) => position.state === state)?.at ?? Number.NaN;
}

inBrowser('one connection in the page', (open) => {
  test('is found by search, moves through the diagram, explains its end, and replays from its download', async () => {
    await using service = await aService();
    await withTraffic(service);
    const { supervisor, recorder } = service;
    const { peer, connection } = await service.join('/rooms/silent?token=secret');
    const { page } = await open(service.url);
    await live(page);

    await page.getByRole('link', { name: 'Connections' }).click();
    await page.getByRole('searchbox').fill('rooms/SILENT');
    await page.getByText(`1 of ${supervisor.connections.size} connections`).waitFor();
    await page.getByRole('link', { name: connection.id }).click();
    await page.getByRole('heading', { name: connection.id }).waitFor();
    await page.locator('g.state.here[data-state="open"]').waitFor();

    await page.evaluate(WATCH_POSITION);
    const changes: Position[] = [];
    supervisor.observe({
      stepped: (subject, { to }) => {
        if (subject.machine === 'connection' && subject.connection === connection)
          changes.push({ state: to, at: Date.now() });
      },
    });
    connection.close(4003, 'over');
    const closingShownAt = await shownAt(page, 'closing.awaitingPeer');
    peer.sendClose(4003);
    peer.socket.end();
    const closedShownAt = await shownAt(page, 'closed');
    const changedAt = (state: string) => changes.find((change) => change.state === state)?.at ?? Number.NaN;
    expect(closingShownAt - changedAt('closing.awaitingPeer')).toBeLessThanOrEqual(SEEN_WITHIN_MS);
    expect(closedShownAt - changedAt('closed')).toBeLessThanOrEqual(SEEN_WITHIN_MS);

    const report = await connection.closed;
    const explanation = page.locator('.explanation');
    expect(await explanation.textContent()).toBe(explain({ ...report, reason: '', sent: { code: 4003, reason: '' } }));
    const section = explanation.getByRole('link', { name: /^RFC 6455 section [\d.]+$/ }).first();
    expect(await section.getAttribute('href')).toMatch(/^https:\/\/www\.rfc-editor\.org\/rfc\/rfc6455#section-[\d.]+$/);

    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download as JSON' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(`${connection.id.replaceAll(/[^\w.-]/g, '_')}.json`);
    const timeline = parseTimeline(await readFile(await download.path(), 'utf8'));
    const replayed = replay(timeline);
    expect(replayed.difference).toBeUndefined();
    expect(replayed.agrees).toBe(true);
    expect(replayed.state).toBe('closed');
    const recorded = recorder.timelineOf(connection.id);
    if (recorded?.machine !== 'connection') throw new Error('the recorder has lost the connection');
    expect(replayed.report).toEqual(recorded.end?.report);
    expect(replayed.report).toMatchObject({ trigger: report.trigger, code: 4003, endedAt: report.endedAt });
  });
});
