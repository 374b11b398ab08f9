/** Part of the smoke run under NODE_ENV=production, where XState ships another build than tests see otherwise. */
import { expect, test } from 'vitest';

const isProduction = process.env['NODE_ENV'] === 'production';

test.runIf(isProduction)('NODE_ENV=production loads the build of XState that users run', () => {
  expect(import.meta.resolve('xstate')).not.toContain('development');
});

test.skipIf(isProduction)(
  'tests otherwise load the development build of XState, which the smoke run is the complement of',
  () => {
    expect(import.meta.resolve('xstate')).toContain('development');
  },
);
