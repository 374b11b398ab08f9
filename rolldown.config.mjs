/**
 * The JavaScript of the package: one file for each entry, and one for each set of modules that entries share. A file for
 * each module would cost who loads the library three times as long and more memory. Declarations are tsc's, file by file.
 */
import { defineConfig } from 'rolldown';

export default defineConfig({
  input: {
    index: 'src/index.ts',
    'machines/index': 'src/machines/index.ts',
    'testing/index': 'src/testing/index.ts',
    'cli/main': 'src/cli/main.ts',
  },
  platform: 'node',
  transform: { target: 'node20.19' },
  // Packages stay packages: RxJS must be the user's own.
  external: /^[^./]/,
  output: { dir: 'dist', chunkFileNames: 'shared/[name].js', sourcemap: true, comments: false },
});
