import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The harness's own checks: `npx vitest run --config bench/vitest.config.mjs`. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: { include: ['test/**/*.test.mjs'] },
});
