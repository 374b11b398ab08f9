/**
 * The package's JavaScript: one file for each entry, and one for each set of modules that entries share. A file for each
 * module would take three times as long to load and 1 MB more of the heap. Declarations come from tsc, file by file.
 */
import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

const { exports, bin } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const entries = [...Object.values(exports).flatMap((entry) => entry.default ?? []), ...Object.values(bin)];

/** `./dist/machines/index.js` is made of `src/machines/index.ts`. */
const inputOf = (file) => {
  const name = file.replace(/^\.\/dist\/|\.js$/g, '');
  return [name, `src/${name}.ts`];
};

export default defineConfig({
  input: Object.fromEntries(entries.map(inputOf)),
  platform: 'node',
  transform: { target: 'node20.19' },
  // Packages stay packages: RxJS must be the user's own.
  external: /^[^./]/,
  output: { dir: 'dist', chunkFileNames: 'shared/[name].js', sourcemap: true, comments: false },
});
