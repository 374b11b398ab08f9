/** The packages that only these tests need: `node scripts/install.mjs test/foreign` installs them into this folder. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';

const MISSING = 'the foreign packages are not installed: run node scripts/install.mjs test/foreign';

/** Whether they are installed. */
export const hasForeignPackages = existsSync(fileURLToPath(new URL('node_modules', import.meta.url)));

/** Loads one of them. */
export const foreignPackage: (name: string) => unknown = createRequire(import.meta.url);

/** Adds a test that says why others are skipped; where every peer is asked for, it fails. */
export function whatIsMissing(): void {
  test(MISSING, (context) => {
    if (process.env['WIREKEEPER_REQUIRE_PEERS'] === '1') throw new Error(MISSING);
    context.skip(MISSING);
  });
}
