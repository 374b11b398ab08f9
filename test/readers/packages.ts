/** The packages that only these tests need: `node scripts/install.mjs test/readers` installs them into this folder. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';

const MISSING = 'the readers of diagrams are not installed: run node scripts/install.mjs test/readers';

/** Whether they are installed. */
export const hasReaders = existsSync(fileURLToPath(new URL('node_modules', import.meta.url)));

/** Where one of them is, to be imported. */
export const readerPath = (name: string): string => createRequire(import.meta.url).resolve(name);

/** Adds a test that says why others are skipped; where every peer is asked for, it fails. */
export function whatIsMissing(message = MISSING): void {
  test(message, (context) => {
    if (process.env['WIREKEEPER_REQUIRE_PEERS'] === '1') throw new Error(message);
    context.skip(message);
  });
}
