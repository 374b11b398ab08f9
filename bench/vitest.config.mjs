import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The harness's own checks: `npx vitest run --config bench/vitest.config.mjs`. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // The soak looks at the live heap.
  test: { include: ['test/**/*.test.mjs'], execArgv: ['--expose-gc'] },
});
