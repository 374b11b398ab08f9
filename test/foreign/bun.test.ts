import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { sayMissing } from './checks.js';
import { foreignPackagesMissing } from './packages.js';

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const bun = fileOf('node_modules/.bin/bun');
const WITHIN_MS = 30_000;

/** Runs a program under Bun, and returns its output, line by line. */
function run(program: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile(bun, [program], { timeout: WITHIN_MS }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim().split('\n'));
      else reject(new Error(`${program} ended with ${error.code}: ${stdout}${stderr}`));
    });
  });
}

sayMissing(foreignPackagesMissing);

// Bun replaces ws by something of its own: handshakes were answered with 500, and dialers redialed for ever.
describe.skipIf(foreignPackagesMissing !== undefined)('under Bun', () => {
  test('connections are accepted, dialed, compressed, refused, and closed as under Node', {
    timeout: WITHIN_MS,
  }, async () => {
    expect(await run(fileOf('bun-program.ts'))).toEqual([
      'plain: accepted and dialed, echoes 5, 2000, 300000',
      'plain: closed 4001 bye, clean',
      'compressed: accepted and dialed, echoes 5, 2000, 300000',
      'compressed: closed 4001 bye, clean',
      'refused: 401, refused',
      'stopped',
    ]);
  });
});
