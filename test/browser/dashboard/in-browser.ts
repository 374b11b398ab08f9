/** The dashboard's page in a browser, and all that goes wrong in it. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { hasBrowser, launch, whatIsMissing } from '../chromium.js';

/** How long a test may take; most of it is the start of the browser. */
const WITHIN_MS = 60_000;

/** Whatever is waited for in a page has to come within this. */
const STEP_WITHIN_MS = 10_000;

export interface VisitOptions extends BrowserContextOptions {
  /** What a page may complain of: a browser reports each lost connection as an error. */
  readonly expected?: RegExp;
}

/** A page that is open, and every message that its feeds have received. */
export interface Visit {
  readonly page: Page;
  readonly received: readonly string[];
}

/** Opens the page at an address, in a profile of its own. The end of the test closes it. */
type Open = (url: string, options?: VisitOptions) => Promise<Visit>;

/**
 * Tests that share a browser. Each fails when a page has complained: errors and warnings of the console, to which a
 * breach of the Content-Security-Policy belongs, uncaught errors, dialogs, and requests to other places.
 */
export function inBrowser(title: string, tests: (open: Open) => void): void {
  if (!hasBrowser) whatIsMissing();
  describe.runIf(hasBrowser)(title, { timeout: WITHIN_MS }, () => {
    let browser: Browser;
    const contexts: BrowserContext[] = [];
    const problems: string[] = [];

    beforeAll(async () => {
      browser = await launch();
    }, WITHIN_MS);
    afterAll(() => browser.close());
    afterEach(async () => {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
      expect(problems.splice(0)).toEqual([]);
    });

    tests(async (url, { expected, ...options } = {}) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      contexts.push(context);
      context.setDefaultTimeout(STEP_WITHIN_MS);
      const page = await context.newPage();
      const received: string[] = [];
      const complain = (text: string): void => {
        if (expected?.test(text) !== true) problems.push(text);
      };
      watch(page, new URL(url).host, complain);
      page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => received.push(String(payload))));
      await page.goto(url);
      return { page, received };
    });
  });
}

function watch(page: Page, host: string, complain: (text: string) => void): void {
  page.on('pageerror', (error) => complain(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    complain(`a script opens a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complain(message.text());
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.host !== host && url.protocol !== 'data:') complain(`the page asks for ${url.href}`);
  });
}

/** Waits until the page has its feed. */
export async function live(page: Page): Promise<void> {
  await page.locator('[data-link="up"]').waitFor();
}
