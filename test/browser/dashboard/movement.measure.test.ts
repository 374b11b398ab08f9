import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { aService, type Service, withTraffic } from './a-service.js';
import { inBrowser, live } from './in-browser.js';

/** A change in the service is to be seen within this. */
const SEEN_WITHIN_MS = 1_000;

const CONNECTIONS = 10;

/** Notes when the diagram shows another position: the page's clock is the service's, both are on this machine. */
const WATCH_POSITION = `
  window.positions = [];
  new MutationObserver(() => {
    const state = document.querySelector('g.state.here:not(.compound)')?.dataset.state;
    if (state !== undefined && state !== positions.at(-1)?.state) positions.push({ state, at: Date.now() });
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
`;

/** A state, and when it was entered, or shown, in Unix ms. */
interface Position {
  readonly state: string;
  readonly at: number;
}

const atState = (positions: readonly Position[], state: string): number =>
  positions.find((position) => position.state === state)?.at ?? Number.NaN;

/** How long the page takes to show each state of one connection that closes. */
async function delaysOf(service: Service, page: Page, path: string): Promise<number[]> {
  const { peer, connection } = await service.join(path);
  await page.goto(`${service.url}#/connection/${connection.id}`);
  const shows = (state: string) => page.locator(`g.state.here[data-state="${state}"]`).waitFor();
  await shows('open');
  await page.evaluate(WATCH_POSITION);
  const changes: Position[] = [];
  const observation = service.supervisor.observe({
    stepped: (subject, { to }) => {
      if (subject.machine === 'connection' && subject.connection === connection)
        changes.push({ state: to, at: Date.now() });
    },
  });
  connection.close(4003);
  await shows('closing.awaitingPeer');
  peer.sendClose(4003);
  peer.socket.end();
  await shows('closed');
  observation.unsubscribe();
  const shown = await page.evaluate<Position[]>('positions');
  return ['closing.awaitingPeer', 'closed'].map((state) => atState(shown, state) - atState(changes, state));
}

inBrowser('a connection in the page', (open) => {
  test('is seen to move through the diagram within a second of each change', async () => {
    await using service = await aService();
    await withTraffic(service);
    const { page } = await open(service.url);
    await live(page);
    const delays: number[] = [];
    for (let index = 0; index < CONNECTIONS; index += 1)
      delays.push(...(await delaysOf(service, page, `/rooms/moving-${index}`)));
    expect(delays.filter((delay) => !(delay >= 0 && delay <= SEEN_WITHIN_MS))).toEqual([]);
  });
});
