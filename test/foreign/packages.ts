/** The packages that only these tests need: `node scripts/install.mjs test/foreign` installs them into this folder. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Why they cannot be used; `undefined` if they can. */
export const foreignPackagesMissing = existsSync(fileURLToPath(new URL('node_modules/bun', import.meta.url)))
  ? undefined
  : 'the foreign packages are not installed: run node scripts/install.mjs test/foreign';

/** Loads one of them. */
export const foreignPackage: (name: string) => unknown = createRequire(import.meta.url);
