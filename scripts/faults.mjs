/**
 * Runs the fault matrix and writes docs/faults.md from what was seen: `npm run faults`. With `--check` the document has
 * to say the same already, apart from how long it took.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultsDocument, withoutTimes } from './faults-document.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const document = join(root, 'docs/faults.md');
const [option] = process.argv.slice(2);

/** What a run of the matrix has seen, file by file; `undefined` if it failed. */
function run() {
  const into = mkdtempSync(join(tmpdir(), 'wirekeeper-faults-'));
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const { status } = spawnSync(
      process.execPath,
      [vitest, 'run', '--config', join(root, 'test/faults/matrix/vitest.config.ts')],
      { cwd: root, stdio: 'inherit', env: { ...process.env, WIREKEEPER_FAULTS_INTO: into } },
    );
    if (status !== 0) return undefined;
    return readdirSync(into).map((name) => JSON.parse(readFileSync(join(into, name), 'utf8')));
  } finally {
    rmSync(into, { recursive: true });
  }
}

if (option !== undefined && option !== '--check') {
  console.error(`${JSON.stringify(option)} is no option: npm run faults, or npm run faults:check`);
  process.exit(1);
}
const seen = run();
if (seen === undefined) process.exitCode = 1;
else if (option === undefined) writeFileSync(document, faultsDocument(seen));
else if (withoutTimes(readFileSync(document, 'utf8')) !== withoutTimes(faultsDocument(seen))) {
  console.error('docs/faults.md says something else than this run: npm run faults');
  process.exitCode = 1;
}
