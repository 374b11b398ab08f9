import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCrowdedDashboard } from '../../support/dashboard-scene.js';
import { longestTurnEachTime } from '../../support/longest-turn.js';
import { inBrowser, live } from './in-browser.js';

const CONNECTIONS = Number(process.env['WIREKEEPER_VIEWED'] ?? 100_000);
const OPENED_WITHIN_MS = 120_000;

/** The page blocks the event loop of its service for so long at a time at most, collections of garbage aside. */
const MOST_BLOCKED_MS = 20;

/** From a key or a turn of the wheel to the rows that answer it. */
const ANSWERED_WITHIN_MS = 1_000;

/** How long the page itself is busy at a time at most. Chromium reports what takes more than 50 ms. */
const LONGEST_TASK_MS = 200;

const count = (value: number): string => value.toLocaleString('en');

/** What is done in the page, in the page: a message to it for each step would be work of this process. */
const PREPARE = `
  window.tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask' });
  window.grid = document.querySelector('.grid');
  window.painted = () => new Promise((resolve) => requestAnimationFrame(resolve));

  /** Waits for rows that are as they should be, and returns how long that took. */
  window.answered = async (isSo) => {
    const began = performance.now();
    const rows = () => {
      const { top, bottom } = grid.getBoundingClientRect();
      return [...grid.querySelectorAll('.body .row')].filter((row) => {
        const own = row.getBoundingClientRect();
        return own.bottom > top + 32 && own.top < bottom;
      });
    };
    do {
      await painted();
      if (performance.now() - began > 10_000) throw new Error('it is never answered: ' + grid.textContent);
    } while (!(rows().every((row) => row.ariaBusy !== 'true') && isSo(rows())));
    return performance.now() - began;
  };

  /** Scrolls the table to a part of its length. */
  window.scrollToPart = (part) => {
    grid.scrollTop = part * (grid.scrollHeight - grid.clientHeight);
    return answered((rows) => rows.length > 5);
  };

  /** Types into the search. */
  window.search = (text, found) => {
    const field = document.querySelector('[type=search]');
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    return answered((rows) =>
      document.querySelector('.found').textContent === found &&
      rows.every((row) => row.querySelector('.of-path').textContent.includes(text)));
  };
`;

/** Carries out steps in the page, and returns how long each took. */
const timesOf = (page: Page, steps: string): Promise<number[]> =>
  page.evaluate<number[]>(`(async () => { const times = []; ${steps}; return times; })()`);

/** Twice, since the watch over the loop takes a whole processor: the page answers in time, and the loop is free. */
async function isSmooth(page: Page, steps: string): Promise<void> {
  await page.evaluate('tasks.length = 0');
  const times = await timesOf(page, steps);
  const tasks = await page.evaluate<number[]>('tasks');
  expect(Math.max(...times), 'the rows are there').toBeLessThan(ANSWERED_WITHIN_MS);
  expect(Math.max(0, ...tasks), 'the page is busy').toBeLessThan(LONGEST_TASK_MS);
  const blocked = await longestTurnEachTime(() => timesOf(page, steps), MOST_BLOCKED_MS);
  expect(blocked, 'the loop of the service is blocked').toBeLessThan(MOST_BLOCKED_MS);
}

inBrowser(`the page of a service with ${count(CONNECTIONS)} connections`, (open) => {
  let scene: Awaited<ReturnType<typeof aCrowdedDashboard>>;

  beforeAll(async () => {
    scene = await aCrowdedDashboard(CONNECTIONS);
  }, OPENED_WITHIN_MS);
  afterAll(() => scene[Symbol.asyncDispose](), OPENED_WITHIN_MS);

  async function openTable(): Promise<Page> {
    const { page } = await open(`http://${scene.base}/_wirekeeper/#/connections`);
    await live(page);
    await page.getByText(`${count(CONNECTIONS)} connections`, { exact: true }).waitFor();
    await page.evaluate(PREPARE);
    return page;
  }

  test('scrolls to any place of the table', async () => {
    const page = await openTable();
    const steps = 'for (let step = 1; step <= 50; step += 1) times.push(await scrollToPart(((step * 17) % 50) / 49))';
    await isSmooth(page, steps);
    await page.evaluate('scrollToPart(1)');
    await page.locator(`.row[aria-rowindex="${CONNECTIONS + 1}"]`).waitFor({ state: 'attached' });
  });

  test('finds what is searched for', async () => {
    const page = await openTable();
    const found = (text: string): string => {
      const paths = Array.from({ length: CONNECTIONS }, (_, index) => `/rooms/${index}`);
      return `${count(paths.filter((path) => path.includes(text)).length)} of ${count(CONNECTIONS)} connections`;
    };
    const texts = ['rooms/7', 'rooms/77', '/777', 's/99', 'rooms/1'];
    const steps = texts.map((text) => `times.push(await search('${text}', '${found(text)}'))`).join(';');
    await isSmooth(page, steps);
  });

  test('sorts by any column', async () => {
    const page = await openTable();
    const steps = `
      for (const heading of grid.querySelectorAll('.sort')) {
        heading.click();
        await painted();
        times.push(await answered((rows) => rows.length > 5));
      }`;
    await isSmooth(page, steps);
  });

  test('stays live beside all that', async () => {
    const { page } = await open(`http://${scene.base}/_wirekeeper/`);
    await live(page);
    await page.locator('[data-tile="open"]').getByText(count(CONNECTIONS)).waitFor();
    const closeOne = async () => {
      const { connections } = scene.supervisor;
      const left = connections.size - 1;
      const [connection] = connections.values();
      connection?.close(4000);
      await page.locator('[data-tile="open"]').getByText(count(left)).waitFor();
    };
    const blocked = await longestTurnEachTime(closeOne, MOST_BLOCKED_MS);
    expect(blocked).toBeLessThan(MOST_BLOCKED_MS);
  });
});
