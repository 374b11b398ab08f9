import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { ClosingLine } from '../../support/closing-line.js';

/** The fault matrix, by itself: many connections at a time, under deadlines that must not be missed. `npm run faults`. */
export default defineConfig({
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  test: {
    name: 'faults',
    include: ['test/faults/matrix/*.matrix.test.ts'],
    reporters: ['default', new ClosingLine()],
    setupFiles: ['test/support/leak-gate.setup.ts'],
    hookTimeout: 240_000,
    fileParallelism: false,
  },
});
