import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/support/closing-line.js';
import { frameworkExamples } from './test/support/framework-examples.js';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The tests of examples that need packages of their own. */
const besideFrameworks = frameworkExamples.map((name) => `test/examples/${name}.test.ts`);

export default defineConfig({
  // Examples and type tests import the package by its name; here that is the source, so that no build is needed.
  resolve: {
    alias: [
      { find: /^wirekeeper\/ws$/, replacement: source('src/adapters/ws/index.ts') },
      { find: /^wirekeeper$/, replacement: source('src/index.ts') },
      { find: /^wirekeeper\/jwt$/, replacement: source('src/adapters/jwt/index.ts') },
      { find: /^wirekeeper\/dashboard$/, replacement: source('src/inspect/dashboard/index.ts') },
      {
        find: /^wirekeeper\/(express|fastify|messages|nats|nest|redis|websocket)$/,
        replacement: source('src/adapters/$1/index.ts'),
      },
      {
        find: /^wirekeeper\/(cluster|inspect|machines|reconnect|service|testing|transport)$/,
        replacement: source('src/$1/index.ts'),
      },
    ],
  },
  test: {
    reporters: ['default', new ClosingLine()],
    // CI has a dozen runs of the same sources.
    experimental: { fsModuleCache: true },
    setupFiles: ['test/support/leak-gate.setup.ts', 'test/support/seed.setup.ts'],
    // All processors: by default one is left out, and on two that doubles the time. What measures runs alone anyway.
    maxWorkers: '100%',
    // The end of a test that hangs. What has to be in time measures its time itself.
    testTimeout: 20_000,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/cli/main.ts'], reporter: ['text', 'html'] },
    // One group after the other: what measures has the machine to itself.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [
            '**/node_modules/**',
            'test/model/**',
            'test/browser/**',
            'test/foreign/**',
            'test/readers/**',
            'test/ecosystem/**',
            'test/next/**',
            'test/**/*.large.test.ts',
            'test/**/*.measure.test.ts',
            'test/**/*.long.test.ts',
            // They have a configuration of their own: npm run faults.
            'test/**/*.matrix.test.ts',
            'test/**/*.isolated.test.ts',
            ...besideFrameworks,
          ],
          // Files of one worker share their modules: to load them for each of 300 files took longer than the tests.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'frameworks',
          // They run the examples beside HTTP frameworks: npm run test:frameworks installs these first.
          include: besideFrameworks,
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'foreign',
          // They talk to other programs: npm run test:interop installs these first.
          include: ['test/foreign/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'readers',
          // They have each format of the exporters read by a program that is made for it: npm run test:readers.
          include: ['test/readers/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/**/*.long.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // The copy that libraries find by Node's rules: graphql refuses to work with two.
        resolve: {
          alias: [{ find: /^graphql$/, replacement: source('test/ecosystem/node_modules/graphql/index.js') }],
        },
        test: {
          name: 'ecosystem',
          // They run libraries that take a WebSocket: npm run test:ecosystem installs these first.
          include: ['test/ecosystem/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'next',
          // They run the recipe for Next.js, which is large: npm run test:next installs it first.
          include: ['test/next/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'isolated',
          // They put something else in the place of a module, or give the modules they load globals of a browser.
          include: ['test/**/*.isolated.test.ts'],
          exclude: ['**/node_modules/**', 'test/browser/**', 'test/readers/**'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'model',
          include: ['test/model/**/*.test.ts'],
          exclude: ['test/**/*.measure.test.ts'],
          testTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'large',
          // They have thousands of connections, or several processes, and hold no time to a narrow bound.
          include: ['test/**/*.large.test.ts'],
          testTimeout: 120_000,
          execArgv: ['--expose-gc'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'measure',
          include: ['test/**/*.measure.test.ts'],
          exclude: ['**/node_modules/**', 'test/browser/**'],
          testTimeout: 120_000,
          fileParallelism: false,
          execArgv: ['--expose-gc'],
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          // Chromium has both processors to itself: two at once take as long, and some tests measure.
          include: ['test/browser/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/**/*.long.test.ts'],
          testTimeout: 120_000,
          fileParallelism: false,
          isolate: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          // They measure too, or take long, half a minute and more each: npm run test:long.
          include: ['test/**/*.long.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 120_000,
          fileParallelism: false,
          execArgv: ['--expose-gc'],
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
