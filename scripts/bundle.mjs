/**
 * Makes the package's JavaScript, in dist/ or in the folder that is named, beside which package.json has to be: one file
 * for each entry, and one for each set of modules that entries share. A file for each module would take three times as
 * long to load and 1 MB more of the heap. Declarations come from tsc, file by file.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'rolldown';
import { bundlePage } from './bundle-page.mjs';
import { requiredPackages } from './required-packages.mjs';
import { sharedGroups } from './shared-groups.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dir = process.argv[2] ?? join(root, 'dist');
const { exports, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = [...Object.values(exports).flatMap((entry) => entry.default ?? []), ...Object.values(bin)];

/** `./dist/machines/index.js` is made of `src/machines/index.ts`. */
const inputOf = (file) => {
  const name = file.replace(/^\.\/dist\/|\.js$/g, '');
  return [name, join(root, `src/${name}.ts`)];
};

await build({
  cwd: root,
  input: Object.fromEntries(entries.map(inputOf)),
  platform: 'node',
  transform: { target: 'node20.19' },
  // Packages stay packages: RxJS must be the user's own.
  plugins: [requiredPackages(root, dir)],
  output: {
    dir,
    chunkFileNames: 'shared/[name].js',
    codeSplitting: { groups: sharedGroups(root) },
    sourcemap: true,
    comments: false,
  },
});

const { connectionMachine, dialerMachine, supervisorMachine } = await import(
  pathToFileURL(join(dir, 'machines/index.js')).href
);
await bundlePage(root, join(dir, 'inspect/dashboard/page'), {
  connection: connectionMachine,
  dialer: dialerMachine,
  supervisor: supervisorMachine,
});
