/** The dashboard's page in a browser, and all that goes wrong in it. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

/** A page, what its feed has sent, and what it has complained about. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors and warnings of the console, uncaught errors, and requests to other places, one line each. */
  readonly problems: string[];
  /** Every message that its feeds have received. */
  readonly received: readonly string[];
}

/** Opens the page at an address, in a profile of its own. */
export async function open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const problems: string[] = [];
  const received: string[] = [];
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    problems.push(`a script of ours does not open dialogs: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  const { host } = new URL(url);
  page.on('request', (request) => {
    if (new URL(request.url()).host !== host && !request.url().startsWith('data:'))
      problems.push(`it asks for ${request.url()}`);
  });
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => received.push(String(payload))));
  await page.goto(url);
  return {
    page,
    problems,
    received,
    async [Symbol.asyncDispose]() {
      await context.close();
    },
  };
}

/** Waits until the page has its feed. */
export async function isLive({ page }: Pick<OpenPage, 'page'>): Promise<void> {
  await page.locator('[data-link="up"]').waitFor();
}

/** Nothing has gone wrong in the page. */
export function isQuiet({ problems }: Pick<OpenPage, 'problems'>): void {
  expect(problems).toEqual([]);
}
