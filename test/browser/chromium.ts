/**
 * The browser of these tests: Debian's Chromium, driven by playwright-core. `scripts/install-peers.sh chromium` installs
 * the one, `node scripts/install.mjs test/browser` the other, into this folder.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { test } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';
const MISSING =
  'the browser is not installed: run scripts/install-peers.sh chromium and node scripts/install.mjs test/browser';

/** Whether the tests can run. */
export const hasBrowser =
  existsSync(CHROMIUM) && existsSync(fileURLToPath(new URL('node_modules/playwright-core', import.meta.url)));

/** Where a package of this folder is. */
const packagePath = (name: string): string => createRequire(import.meta.url).resolve(name);

/** Adds a test that says why others are skipped; where every peer is asked for, it fails. */
export function whatIsMissing(message = MISSING): void {
  test(message, (context) => {
    if (process.env['WIREKEEPER_REQUIRE_PEERS'] === '1') throw new Error(message);
    context.skip(message);
  });
}

/** A name that somebody else has pointed at this machine (DNS rebinding), as the browser sees it. */
export const REBOUND = 'evil.example';

/** Starts a browser, without a window. Chromium's sandbox needs rights that root in a container does not have. */
export async function launch(): Promise<Browser> {
  const { chromium } = (await import(packagePath('playwright-core'))) as typeof import('playwright-core');
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-dev-shm-usage', `--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
